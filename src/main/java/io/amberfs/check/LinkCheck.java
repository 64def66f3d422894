package io.amberfs.check;

import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.UnsupportedFormatException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks closely at the inodes whose records and dirents do not agree at each instant, and at directories that do not reach the root. Reads the rows once more only if there are
 * such inodes. Confined to one thread.
 */
final class LinkCheck {
    /** Inodes looked at closely; more are only counted. */
    private static final int CLOSE_MAX = 2000;
    private static final int THERE = 0;
    private static final int NAMES = 1;
    private static final int LINKS = 2;
    private static final int HOLDS = 3;
    private static final int PARENT_OF = 4;
    private static final int PLACE = 5;
    private static final int SUMS = 6;

    private record Close(boolean directory, Steps steps) {
    }

    private final Scope scope;
    private final InodeTable table;
    private final Map<Long, Close> close = new TreeMap<>();

    LinkCheck(Scope scope, InodeTable table) {
        this.scope = scope;
        this.table = table;
    }

    void run() {
        for (int at = 0; at < table.size(); at++) {
            if (table.isBalanced(at) || table.is(at, InodeTable.UNKNOWN)) {
                continue;
            } else if (close.size() < CLOSE_MAX) {
                close.put(table.ino(at), new Close(Mode.isDirectory(table.type(at)), new Steps(SUMS)));
            } else {
                scope.suspects().addBeyond(1);
            }
        }
        if (!close.isEmpty()) {
            inodes();
            dirents();
            links();
            close.forEach(this::tell);
        }
    }

    /** Follows the parents of each directory of the present. */
    void loops(LongPairs directories) {
        byte[] seen = new byte[directories.size()];
        for (int start = 0; start < seen.length; start++) {
            int at = start;
            while (at >= 0 && seen[at] == 0 && directories.first(at) != Inode.ROOT) {
                seen[at] = 1;
                at = directories.find(directories.second(at));
            }
            if (at >= 0 && seen[at] == 1 && directories.first(at) != Inode.ROOT) {
                long ino = directories.first(at);
                scope.suspects().add(new Subject.OfInode(ino), scope.commits().now(), Long.MAX_VALUE, hit -> new DirectoryLoop(ino, hit));
            }
            at = start;
            while (at >= 0 && seen[at] == 1) {
                seen[at] = 2;
                at = directories.find(directories.second(at));
            }
        }
    }

    private void inodes() {
        scope.pulse().phase("links", 0);
        try (Versions versions = scope.again(RowKey.kind(scope.volume(), RowKey.INODE))) {
            for (var next = versions.next(); next.isPresent(); next = versions.next()) {
                scope.pulse().step();
                Version version = next.get();
                decode(version).ifPresent(inode -> take(version, inode));
            }
        }
    }

    private void take(Version version, Inode inode) {
        Close own = close.get(version.number());
        boolean placed = inode.parent() != 0 && version.number() != Inode.ROOT;
        if (own != null) {
            own.steps.add(version.from(), version.until(), THERE, 1);
            own.steps.add(version.from(), version.until(), LINKS, inode.nlink());
            own.steps.add(version.from(), version.until(), PLACE, placed ? Mix.place(scope.records().direntKey(inode.parent(), inode.name())) : 0);
        }
        Close parent = placed && inode.isDirectory() ? close.get(inode.parent()) : null;
        if (parent != null) {
            parent.steps.add(version.from(), version.until(), PARENT_OF, 1);
        }
    }

    private void dirents() {
        try (Versions versions = scope.again(RowKey.kind(scope.volume(), RowKey.DIRENT))) {
            for (var next = versions.next(); next.isPresent(); next = versions.next()) {
                scope.pulse().step();
                Version version = next.get();
                entry(version).ifPresent(dirent -> take(version, dirent));
            }
        }
    }

    private void take(Version version, Dirent dirent) {
        Close named = close.get(dirent.ino());
        if (named != null) {
            named.steps.add(version.from(), version.until(), NAMES, 1);
            named.steps.add(version.from(), version.until(), PLACE, -Mix.place(version.key()));
        }
        Close holder = Mode.isDirectory(dirent.type()) ? close.get(version.number()) : null;
        if (holder != null) {
            holder.steps.add(version.from(), version.until(), HOLDS, 1);
        }
    }

    private void links() {
        try (Versions versions = scope.again(RowKey.kind(scope.volume(), RowKey.LINK))) {
            for (var next = versions.next(); next.isPresent(); next = versions.next()) {
                scope.pulse().step();
                Version version = next.get();
                Close linked = close.get(version.number());
                if (linked != null) {
                    linked.steps.add(version.from(), version.until(), PLACE, Mix.place(RowKey.direntOf(version.key())));
                }
            }
        }
    }

    private void tell(long ino, Close one) {
        Stretch missing = new Stretch();
        Stretch nameless = new Stretch();
        Stretch links = new Stretch();
        Stretch misplaced = new Stretch();
        Stretch holds = new Stretch();
        boolean root = ino == Inode.ROOT;
        int at = table.find(ino);
        one.steps.forEach((from, until, sums) -> {
            if (sums[THERE] == 0 && sums[NAMES] > 0 && from >= table.birth(at) && until <= table.death(at) && scope.commits().anyIn(from, until)) {
                missing.add(from, until, 0, 1);
            }
            if (sums[THERE] != 1 || !scope.commits().anyIn(from, until)) {
                return;
            }
            long expected = !one.directory ? sums[LINKS] : root ? 0 : 1;
            if (sums[NAMES] == 0 && expected > 0) {
                nameless.add(from, until, 0, sums[LINKS]);
            } else if (sums[NAMES] != expected) {
                links.add(from, until, sums[NAMES], expected);
            } else if (sums[PLACE] != 0) {
                misplaced.add(from, until, 0, 0);
            }
            long subdirectories = sums[LINKS] - 2;
            if (one.directory && sums[HOLDS] != subdirectories && sums[PARENT_OF] != subdirectories) {
                holds.add(from, until, sums[HOLDS], subdirectories);
            }
        });
        tell(ino, missing, hit -> new MissingVersion(ino, hit));
        tell(ino, nameless, hit -> new NamelessInode(ino, (int) nameless.expected(), hit));
        tell(ino, links, hit -> new WrongLinks(ino, links.found(), links.expected(), hit));
        tell(ino, misplaced, hit -> new Misplaced(ino, hit));
        tell(ino, holds, hit -> new WrongSubdirectories(ino, holds.found(), holds.expected(), hit));
    }

    private void tell(long ino, Stretch stretch, java.util.function.Function<Hit, Finding> make) {
        if (!stretch.isEmpty()) {
            scope.suspects().add(new Subject.OfInode(ino), stretch.from(), stretch.until(), make);
        }
    }

    /** What was damaged has been told. */
    static Optional<Inode> decode(Version version) {
        try {
            return version.plain().map(plain -> InodeCodec.decode(version.number(), plain));
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }

    static Optional<Dirent> entry(Version version) {
        try {
            return version.plain().map(DirentCodec::decode);
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }
}
