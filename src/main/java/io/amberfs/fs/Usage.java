package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.block.NumberRanges;
import io.amberfs.history.Point;
import io.amberfs.history.Volume;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What the drive holds, and what for. Bytes are those of blocks; what is in rows (names, records, contents of a few bytes) counts as {@code rows}.
 *
 * @param logical   bytes of the files of the present, as users see them
 * @param distinct  bytes of plaintext in the blocks that the present names: each once
 * @param unique    bytes of plaintext in all blocks that are named, by the present or a kept moment
 * @param stored    bytes of these on disk
 * @param history   of those on disk, the bytes that only the past names
 * @param unneeded  bytes on disk of blocks that nothing names: reclaim brings them back
 * @param rows      bytes on disk of everything else, about
 * @param snapshots what each is the only one to hold
 */
public record Usage(long files, long logical, long distinct, long unique, long stored, long history, long unneeded, long rows, List<Share> snapshots) {
    /**
     * @param only  bytes on disk that no other moment has, and not the present
     * @param freed those that come back once it is deleted and its moment is let go: none if another snapshot is of the same moment
     */
    public record Share(Snapshot snapshot, long only, long freed) {
    }

    private static final int NONE = 0;
    private static final int MANY = -1;

    /** Of 2 TB and more: for these there is memory. */
    static final long BLOCKS_MAX = 32 << 20;

    /**
     * Counts what is recorded: all rows of inodes and regions are read. No moment may be let go meanwhile. Takes 4 bytes and a bit of memory for each block.
     *
     * @param stop asked for each row whether to give up
     * @throws Refusal ERROR when there are more blocks than there is memory for, or it was given up
     */
    static Usage of(Store store, Volume volume, BlockStore blocks, BooleanSupplier stop) {
        NumberRanges existing = blocks.existing();
        if (existing.size() > BLOCKS_MAX) {
            throw new Refusal(ExitCode.ERROR, "there are too many blocks to be counted: run amberfs reclaim, which notes those that are left, then try again");
        }
        long[] kept = volume.timeline().points().stream().mapToLong(Point::epoch).toArray();
        BitSet present = new BitSet();
        /* Of each block the place of the only kept moment that names it, from 1 on. */
        int[] holders = new int[(int) existing.size()];
        Sums sums = new Sums(kept.length);
        try (Reading reading = store.reading()) {
            volume.named(reading).show((number, from, until) -> {
                if (stop.getAsBoolean()) {
                    throw new Refusal(ExitCode.ERROR, "the drive is being closed");
                }
                int at = (int) existing.place(number);
                if (at >= 0) {
                    int first = atOrBehind(kept, from);
                    int count = atOrBehind(kept, until) - first;
                    if (until == Long.MAX_VALUE) {
                        present.set(at);
                    }
                    int holder = count == 0 ? NONE : count == 1 ? first + 1 : MANY;
                    holders[at] = holders[at] == NONE || holders[at] == holder ? holder : holder == NONE ? holders[at] : MANY;
                }
            });
            blocks.sizes(reading, (number, stored, length) -> {
                int at = (int) existing.place(number);
                if (at >= 0) {
                    sums.add(present.get(at), holders[at], stored, length);
                }
            });
        }
        List<Snapshot> snapshots = volume.timeline().snapshots();
        List<Share> shares = new ArrayList<>();
        for (Snapshot snapshot : snapshots) {
            int place = Arrays.binarySearch(kept, snapshot.epoch());
            long only = place < 0 ? 0 : sums.only[place];
            boolean isAlone = snapshots.stream().filter(other -> other.epoch() == snapshot.epoch()).count() == 1;
            shares.add(new Share(snapshot, only, isAlone ? only : 0));
        }
        long rows = Math.max(0, store.usedBytes() - sums.stored - sums.unneeded);
        return new Usage(volume.totals().files(), volume.totals().logicalBytes(), sums.distinct, sums.unique, sums.stored, sums.history, sums.unneeded, rows, shares);
    }

    private static int atOrBehind(long[] kept, long epoch) {
        int place = Arrays.binarySearch(kept, epoch);
        return place >= 0 ? place : -place - 1;
    }

    private static final class Sums {
        private final long[] only;
        private long distinct;
        private long unique;
        private long stored;
        private long history;
        private long unneeded;

        Sums(int moments) {
            only = new long[moments];
        }

        void add(boolean present, int holder, int bytes, int length) {
            if (present) {
                distinct += length;
            } else if (holder == NONE) {
                unneeded += bytes;
                return;
            } else {
                history += bytes;
                if (holder != MANY) {
                    only[holder - 1] += bytes;
                }
            }
            unique += length;
            stored += bytes;
        }
    }
}
