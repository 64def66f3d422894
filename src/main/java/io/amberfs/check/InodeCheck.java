package io.amberfs.check;

import io.amberfs.codec.InodeCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.UnsupportedFormatException;
import java.util.List;

/** All versions of all inodes: those of the root without gaps, and all with contents that fit them. Fills the tables that the other parts look into. Confined to one thread. */
final class InodeCheck {
    private final Scope scope;
    private final Lives lives;
    private final Blocks blocks;
    private final InodeTable table = new InodeTable();
    private final LongPairs maps = new LongPairs();
    private final LongPairs directories = new LongPairs();
    private long files;
    private long logicalBytes;
    private long numberMax;
    private boolean damaged;
    private long lastMap;

    InodeCheck(Scope scope, Lives lives, Blocks blocks) {
        this.scope = scope;
        this.lives = lives;
        this.blocks = blocks;
    }

    InodeTable table() {
        return table;
    }

    /** Region maps and the inodes that name them or did, sorted. */
    LongPairs maps() {
        return maps;
    }

    /** The directories of the present and their parents, sorted. */
    LongPairs directories() {
        return directories;
    }

    /** Inodes of the present. */
    long files() {
        return files;
    }

    long logicalBytes() {
        return logicalBytes;
    }

    /** The highest number of an inode or map. */
    long numberMax() {
        return numberMax;
    }

    /** Whether live records could not be read, so that counts are not complete. */
    boolean damaged() {
        return damaged;
    }

    void run(long expected) {
        scope.pulse().phase("inodes", expected);
        try (Versions versions = scope.versions(RowKey.INODE)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                take(version.get());
            }
        }
        maps.sort();
    }

    private void take(Version version) {
        long ino = version.number();
        boolean usable = lives.accept(version);
        boolean known = table.size() > 0 && table.ino(table.size() - 1) == ino;
        int at = known ? table.size() - 1 : table.append(ino, usable ? version.from() : scope.commits().oldest());
        numberMax = Math.max(numberMax, ino);
        files += version.isLive() ? 1 : 0;
        if (!usable) {
            unknown(at, version);
            return;
        }
        long gap = known ? table.death(at) : scope.commits().oldest();
        if (ino == Inode.ROOT && !table.is(at, InodeTable.UNKNOWN) && scope.commits().anyIn(gap, version.from())) {
            scope.suspects().add(new Subject.OfInode(ino), gap, version.from(), hit -> new MissingVersion(ino, hit));
        }
        table.livesUntil(at, version.until());
        try {
            Inode inode = InodeCodec.decode(ino, version.plain().orElseThrow());
            if (table.type(at) != 0 && table.type(at) != (inode.mode() & Mode.TYPE)) {
                throw new CorruptException("it is of another type than the version before");
            }
            table.type(at, inode.mode());
            take(at, version, inode);
        } catch (CorruptException | UnsupportedFormatException e) {
            lives.damaged(version, e.getMessage());
            unknown(at, version);
        }
    }

    private void unknown(int at, Version version) {
        table.mark(at, InodeTable.UNKNOWN);
        table.livesUntil(at, version.until());
        damaged |= version.isLive();
    }

    private void take(int at, Version version, Inode inode) {
        long weight = Mix.weight(version.from(), version.until());
        if (inode.isDirectory()) {
            boolean root = version.number() == Inode.ROOT;
            table.balance(at, (inode.nlink() - 2) * weight * Mix.SUBDIRECTORY + (root ? 0 : Mix.place(scope.records().direntKey(inode.parent(), inode.name())) * weight));
        } else {
            table.balance(at, (inode.nlink() + (inode.parent() == 0 ? 0 : Mix.place(scope.records().direntKey(inode.parent(), inode.name())))) * weight);
        }
        if (inode.hasXattrs()) {
            table.mark(at, InodeTable.HAS_XATTRS);
        }
        if (version.isLive()) {
            logicalBytes += inode.isFile() ? inode.size() : 0;
            if (inode.isDirectory()) {
                directories.add(version.number(), inode.parent());
            } else if (inode.nlink() == 0) {
                table.mark(at, InodeTable.NAMELESS);
            }
        }
        body(version, inode);
    }

    private void body(Version version, Inode inode) {
        long ino = version.number();
        if (inode.body() instanceof Body.Inline inline && inline.bytes().length > inode.size()) {
            wrongBody(version, "it has " + inline.bytes().length + " bytes, its size says " + inode.size());
        } else if (inode.body() instanceof Body.Mapped mapped) {
            blocks.name(mapped.extents());
            long bytes = bytes(mapped.extents());
            long end = mapped.extents().stream().mapToLong(Extent::end).max().orElse(0);
            if (bytes != inode.stored()) {
                scope.suspects().add(new Subject.OfInode(ino), version.from(), version.until(), hit -> new MissingContents(ino, bytes, inode.stored(), hit));
            } else if (end > inode.size()) {
                wrongBody(version, "its contents end at " + end + ", its size says " + inode.size());
            }
        } else if (inode.body() instanceof Body.Regions regions) {
            numberMax = Math.max(numberMax, regions.map());
            if (regions.map() != lastMap) {
                lastMap = regions.map();
                maps.add(regions.map(), ino);
            }
        }
    }

    static long bytes(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    private void wrongBody(Version version, String reason) {
        long ino = version.number();
        scope.suspects().add(new Subject.OfInode(ino), version.from(), version.until(), hit -> new WrongBody(ino, reason, hit));
    }
}
