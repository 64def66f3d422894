package io.amberfs.check;

import io.amberfs.codec.DirentCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Mode;
import io.amberfs.model.RawText;
import io.amberfs.model.UnsupportedFormatException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All versions of all dirents: each lies in a directory and names an inode of its type as long as it is there. And those of link rows, which name dirents. Confined to one thread.
 */
final class DirentCheck {
    private static final int LOST_MAX = 10_000;

    private final Scope scope;
    private final Lives lives;
    private final InodeTable table;
    /** Entries of directories that were not there, by their number. */
    private final Map<Long, Long> lost = new TreeMap<>();
    private final Set<Long> dangling = new HashSet<>();

    DirentCheck(Scope scope, Lives lives, InodeTable table) {
        this.scope = scope;
        this.lives = lives;
        this.table = table;
    }

    void run(long expected) {
        scope.pulse().phase("directory entries", expected);
        try (Versions versions = scope.versions(RowKey.DIRENT)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                if (lives.accept(version.get())) {
                    take(version.get());
                }
            }
        }
        links();
        lost.forEach((dir, entries) -> {
            if (!dangling.contains(dir)) {
                scope.suspects().add(new Subject.OfInode(dir), scope.commits().oldest(), Long.MAX_VALUE, hit -> new MissingDirectory(dir, entries, hit));
            }
        });
    }

    private void take(Version version) {
        try {
            Dirent dirent = DirentCodec.decode(version.plain().orElseThrow());
            if (!Arrays.equals(scope.records().direntKey(version.number(), dirent.name()), version.key())) {
                throw new CorruptException("it stands in the place of another name");
            }
            take(version, dirent);
        } catch (CorruptException | UnsupportedFormatException e) {
            lives.damaged(version, e.getMessage());
        }
    }

    private void take(Version version, Dirent dirent) {
        long weight = Mix.weight(version.from(), version.until());
        int dir = table.find(version.number());
        if (!covers(dir, version) || !table.is(dir, InodeTable.UNKNOWN) && !Mode.isDirectory(table.type(dir))) {
            if (lost.size() < LOST_MAX || lost.containsKey(version.number())) {
                lost.merge(version.number(), 1L, Long::sum);
            }
        }
        if (dir >= 0 && Mode.isDirectory(dirent.type())) {
            table.balance(dir, -weight * Mix.SUBDIRECTORY);
        }
        int at = table.find(dirent.ino());
        if (!covers(at, version)) {
            dangle(version, dirent, at < 0 ? "it names an inode that is not there" : "it names an inode that was not there at all of these instants", at);
        } else if (table.type(at) != dirent.type() && !table.is(at, InodeTable.UNKNOWN)) {
            dangle(version, dirent, "it names an inode of another type", -1);
        }
        if (at >= 0) {
            table.balance(at, -weight * (Mix.place(version.key()) + (Mode.isDirectory(table.type(at)) ? 0 : 1)));
        }
    }

    private void links() {
        try (Versions versions = scope.versions(RowKey.LINK)) {
            for (var next = versions.next(); next.isPresent(); next = versions.next()) {
                Version version = next.get();
                if (!lives.accept(version)) {
                    continue;
                }
                int at = table.find(version.number());
                if (!covers(at, version)) {
                    scope.suspects().add(Subject.NOTHING, version.from(), version.until(), hit -> new StrayLink(version.number(), hit));
                }
                if (at >= 0) {
                    table.balance(at, Mix.weight(version.from(), version.until()) * Mix.place(RowKey.direntOf(version.key())));
                }
            }
        }
    }

    private boolean covers(int at, Version version) {
        return at >= 0 && !scope.commits().anyIn(version.from(), Math.min(version.until(), table.birth(at)))
            && !scope.commits().anyIn(Math.max(version.from(), table.death(at)), version.until());
    }

    /** At the instants at which the inode was not there; always if {@code at} is negative. */
    private void dangle(Version version, Dirent dirent, String reason, int at) {
        if (dangling.size() < LOST_MAX) {
            dangling.add(dirent.ino());
        }
        String entry = "the entry '" + RawText.shown(dirent.name()) + "' of directory " + version.number();
        boolean early = at >= 0 && scope.commits().anyIn(version.from(), Math.min(version.until(), table.birth(at)));
        boolean late = at >= 0 && scope.commits().anyIn(Math.max(version.from(), table.death(at)), version.until());
        long from = late && !early ? Math.max(version.from(), table.death(at)) : version.from();
        long until = early && !late ? table.birth(at) : version.until();
        scope.suspects().add(new Subject.OfEntry(version.key()), from, until, hit -> new DanglingEntry(entry, dirent.ino(), reason, hit));
    }
}
