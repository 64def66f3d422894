package io.amberfs.check;

import io.amberfs.codec.ExtentCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
import io.amberfs.model.UnsupportedFormatException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** All versions of all regions: together they hold as many bytes as the inode says, at each instant, and none is left without an owner. Confined to one thread. */
final class RegionCheck {
    private static final int BYTES = 0;
    private static final int ROWS = 1;
    private static final int OWNED = 2;
    private static final int STORED = 3;
    private static final int REAPED = 4;
    private static final int SUMS = 5;

    private final Scope scope;
    private final Lives lives;
    private final Blocks blocks;
    private final LongPairs maps;
    private final BitSet seen = new BitSet();
    private Steps steps = new Steps(SUMS);
    private boolean damaged;

    RegionCheck(Scope scope, Lives lives, Blocks blocks, LongPairs maps) {
        this.scope = scope;
        this.lives = lives;
        this.blocks = blocks;
        this.maps = maps;
    }

    void run() {
        scope.pulse().phase("regions", 0);
        long map = 0;
        try (Versions versions = scope.versions(RowKey.REGION)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                if (version.get().number() != map) {
                    end(map);
                    map = version.get().number();
                }
                take(version.get());
            }
        }
        end(map);
        for (int at = seen.nextClearBit(0); at < maps.size(); at = seen.nextClearBit(at + 1)) {
            evaluate(maps.first(at), at);
        }
    }

    private void take(Version version) {
        if (!lives.accept(version)) {
            damaged = true;
            return;
        }
        try {
            List<Extent> extents = ExtentCodec.decodeRegion(version.plain().orElseThrow());
            blocks.name(extents);
            steps.add(version.from(), version.until(), BYTES, InodeCheck.bytes(extents));
            steps.add(version.from(), version.until(), ROWS, 1);
        } catch (CorruptException | UnsupportedFormatException e) {
            lives.damaged(version, e.getMessage());
            damaged = true;
        }
    }

    private void end(long map) {
        if (map != 0) {
            int at = maps.find(map);
            if (at >= 0) {
                seen.set(at);
            }
            evaluate(map, at);
        }
    }

    private void evaluate(long map, int at) {
        if (at >= 0) {
            owner(map, maps.second(at));
        }
        try (Versions reaps = scope.again(RowKey.of(scope.volume(), RowKey.REAP, map))) {
            for (var reap = reaps.next(); reap.isPresent(); reap = reaps.next()) {
                steps.add(reap.get().from(), reap.get().until(), REAPED, 1);
            }
        }
        boolean exact = !damaged;
        Stretch missing = new Stretch();
        Stretch unowned = new Stretch();
        steps.forEach((from, until, sums) -> {
            if (!scope.commits().anyIn(from, until)) {
                return;
            } else if (exact && sums[OWNED] > 0 && sums[BYTES] != sums[STORED]) {
                missing.add(from, until, sums[BYTES], sums[STORED]);
            } else if (exact && sums[ROWS] > 0 && sums[OWNED] == 0 && sums[REAPED] == 0) {
                unowned.add(from, until, 0, 0);
            }
        });
        if (!missing.isEmpty()) {
            long ino = maps.second(at);
            scope.suspects().add(new Subject.OfInode(ino), missing.from(), missing.until(), hit -> new MissingContents(ino, missing.found(), missing.expected(), hit));
        }
        if (!unowned.isEmpty()) {
            scope.suspects().add(Subject.NOTHING, unowned.from(), unowned.until(), hit -> new UnownedRegions(map, hit));
        }
        steps = new Steps(SUMS);
        damaged = false;
    }

    private void owner(long map, long ino) {
        try (Versions versions = scope.again(RowKey.of(scope.volume(), RowKey.INODE, ino))) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                Optional<Inode> inode = LinkCheck.decode(version.get());
                if (inode.isEmpty()) {
                    damaged = true;
                } else if (inode.get().body() instanceof Body.Regions regions && regions.map() == map) {
                    steps.add(version.get().from(), version.get().until(), OWNED, 1);
                    steps.add(version.get().from(), version.get().until(), STORED, inode.get().stored());
                }
            }
        }
    }
}
