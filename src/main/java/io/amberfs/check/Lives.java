package io.amberfs.check;

import io.amberfs.history.RowKey;
import java.util.Arrays;

/** Looks at the versions of rows in their order: they open, and their lifetimes make sense. Confined to one thread. */
final class Lives {
    private final Scope scope;
    private byte[] key = {};
    private long end;
    private long rows;
    private boolean uncommitted;

    Lives(Scope scope) {
        this.scope = scope;
    }

    long rows() {
        return rows;
    }

    /** Whether something was recorded after the newest commit, as an fsync does. */
    boolean uncommitted() {
        return uncommitted;
    }

    /** Whether the version can be used. */
    boolean accept(Version version) {
        scope.pulse().step();
        rows++;
        uncommitted |= version.from() == scope.commits().now() || version.until() == scope.commits().now();
        long before = Arrays.equals(key, version.key()) ? end : 0;
        key = version.key();
        end = version.isLive() || version.until() > before && version.until() <= scope.commits().now() ? version.until() : before;
        if (version.plain().isEmpty()) {
            damaged(version, version.fault(), before);
            return false;
        }
        String reason = lifetimeFault(version, before);
        if (!reason.isEmpty()) {
            scope.suspects().add(subject(version), scope.commits().oldest(), Long.MAX_VALUE, hit -> new WrongLifetime(version.table(), version.describe(), reason, hit));
        }
        return reason.isEmpty();
    }

    /** A version that opened says what it cannot say. */
    void damaged(Version version, String reason) {
        damaged(version, reason, 0);
    }

    private void damaged(Version version, String reason, long before) {
        boolean sane = version.from() > 0 && version.from() < version.until() && version.from() <= scope.commits().now();
        long from = sane ? version.from() : Math.max(before, scope.commits().oldest());
        scope.suspects().add(subject(version), from, version.until(), hit -> new DamagedRow(version.table(), version.describe(), reason, hit));
    }

    private String lifetimeFault(Version version, long before) {
        long now = scope.commits().now();
        if (version.from() < 1 || version.from() >= version.until()) {
            return "it ends before it begins";
        } else if (version.from() > now || !version.isLive() && version.until() > now) {
            return "it is from the future: the newest commit is " + scope.commits().newest();
        }
        return version.from() < before ? "it overlaps with the version before, which ends at " + before : "";
    }

    private static Subject subject(Version version) {
        return switch (RowKey.kindOf(version.key())) {
            case RowKey.INODE, RowKey.XATTR, RowKey.ORPHAN, RowKey.LINK -> new Subject.OfInode(version.number());
            case RowKey.DIRENT -> new Subject.OfEntry(version.key());
            case RowKey.REGION -> new Subject.OfMap(version.number());
            default -> Subject.NOTHING;
        };
    }
}
