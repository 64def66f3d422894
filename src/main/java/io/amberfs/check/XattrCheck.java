package io.amberfs.check;

import io.amberfs.codec.XattrCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Inode;
import io.amberfs.model.UnsupportedFormatException;
import java.util.Optional;

/** All versions of all extended attributes: their inode knows at each instant whether it has any. One of several that is gone cannot be told. Confined to one thread. */
final class XattrCheck {
    private static final int ROWS = 0;
    private static final int KNOWN = 1;
    private static final int THERE = 2;
    private static final int SUMS = 3;

    private final Scope scope;
    private final Lives lives;
    private final InodeTable table;
    private Steps steps = new Steps(SUMS);

    XattrCheck(Scope scope, Lives lives, InodeTable table) {
        this.scope = scope;
        this.lives = lives;
        this.table = table;
    }

    void run() {
        scope.pulse().phase("extended attributes", 0);
        long ino = 0;
        try (Versions versions = scope.versions(RowKey.XATTR)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                if (version.get().number() != ino) {
                    end(ino);
                    ino = version.get().number();
                }
                take(version.get());
            }
        }
        end(ino);
        for (int at = 0; at < table.size(); at++) {
            if (table.is(at, InodeTable.HAS_XATTRS) && !table.is(at, InodeTable.UNKNOWN)) {
                evaluate(table.ino(at));
            }
        }
    }

    /** One that is damaged was there: its inode is right to know of it. */
    private void take(Version version) {
        boolean usable = lives.accept(version);
        steps.add(version.from(), version.until(), ROWS, 1);
        try {
            if (usable) {
                XattrCodec.decode(version.plain().orElseThrow());
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            lives.damaged(version, e.getMessage());
        }
    }

    private void end(long ino) {
        int at = table.find(ino);
        if (ino == 0) {
            return;
        } else if (at >= 0 && table.is(at, InodeTable.UNKNOWN)) {
            steps = new Steps(SUMS);
            return;
        } else if (at >= 0) {
            table.unmark(at, InodeTable.HAS_XATTRS);
        }
        evaluate(ino);
    }

    private void evaluate(long ino) {
        try (Versions versions = scope.again(RowKey.of(scope.volume(), RowKey.INODE, ino))) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                Optional<Inode> inode = LinkCheck.decode(version.get());
                steps.add(version.get().from(), version.get().until(), THERE, 1);
                steps.add(version.get().from(), version.get().until(), KNOWN, inode.isPresent() && inode.get().hasXattrs() ? 1 : 0);
            }
        }
        Stretch missing = new Stretch();
        Stretch unknown = new Stretch();
        steps.forEach((from, until, sums) -> {
            if (!scope.commits().anyIn(from, until)) {
                return;
            } else if (sums[KNOWN] > 0 && sums[ROWS] == 0) {
                missing.add(from, until, 0, 0);
            } else if (sums[KNOWN] == 0 && sums[ROWS] > 0) {
                unknown.add(from, until, 0, 0);
            }
        });
        tell(ino, missing, "its extended attributes are missing");
        tell(ino, unknown, "there are extended attributes that its record does not know of");
        steps = new Steps(SUMS);
    }

    private void tell(long ino, Stretch stretch, String reason) {
        if (!stretch.isEmpty()) {
            scope.suspects().add(new Subject.OfInode(ino), stretch.from(), stretch.until(), hit -> new WrongXattrs(ino, reason, hit));
        }
    }
}
