package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.block.NumberRanges;
import io.amberfs.history.Point;
import io.amberfs.history.Volume;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * What comes back on disk once commits go: those that a ladder does not keep, and behind them the oldest of the others. Bytes are those of blocks that the past alone names; a
 * block comes back when the last commit goes that shows it. Confined to one thread.
 */
final class Outlook {
    private static final int UNNAMED = 0;
    /** Shown by commits that the ladder lets go, and by no other. */
    private static final int GOES = 1;
    /** Shown by one that may not go. */
    private static final int STAYS = Integer.MAX_VALUE;
    private static final int FIRST = 2;

    private final long[] epochs;
    /** For each commit the place of the last one up to it that is kept and may go, from 0 on; -1 if there is none. */
    private final int[] lastLoose;
    /** How many of the commits before may not go. */
    private final int[] staying;
    /** Bytes that come back with each commit, if all before it are gone. */
    private final long[] bytes;
    private long going;
    private long unnamed;
    private long history;

    /**
     * @param points all commits, by epoch
     * @param kept   by the ladder
     * @param stays  of these, what may not go to make room
     */
    Outlook(List<Point> points, Set<Long> kept, Predicate<Point> stays) {
        epochs = points.stream().mapToLong(Point::epoch).toArray();
        lastLoose = new int[epochs.length];
        staying = new int[epochs.length + 1];
        bytes = new long[epochs.length];
        for (int i = 0; i < epochs.length; i++) {
            boolean isKept = kept.contains(epochs[i]);
            boolean isFast = isKept && stays.test(points.get(i));
            staying[i + 1] = staying[i] + (isFast ? 1 : 0);
            lastLoose[i] = isKept && !isFast ? i : i > 0 ? lastLoose[i - 1] : -1;
        }
    }

    /**
     * Reads all rows of inodes and regions. Takes 4 bytes and a bit of memory for each block.
     *
     * @throws Refusal ERROR when there are more blocks than there is memory for, or {@code stop} says so
     */
    void look(Store store, Volume volume, BlockStore blocks, BooleanSupplier stop) {
        NumberRanges existing = blocks.existing();
        if (existing.size() > Usage.BLOCKS_MAX) {
            throw new Refusal(ExitCode.ERROR, "there are too many blocks to be counted: run amberfs reclaim, which notes those that are left, then try again");
        }
        BitSet present = new BitSet();
        int[] holders = new int[(int) existing.size()];
        try (Reading reading = store.reading()) {
            volume.named(reading).show((number, from, until) -> {
                if (stop.getAsBoolean()) {
                    throw new Refusal(ExitCode.ERROR, "the drive is being closed");
                }
                int at = (int) existing.place(number);
                if (at >= 0 && until == Long.MAX_VALUE) {
                    present.set(at);
                } else if (at >= 0) {
                    holders[at] = Math.max(holders[at], holder(from, until));
                }
            });
            blocks.sizes(reading, (number, stored, length) -> {
                int at = (int) existing.place(number);
                if (at >= 0 && !present.get(at)) {
                    add(holders[at], stored);
                }
            });
        }
    }

    private int holder(long from, long until) {
        int first = atOrBehind(from);
        int behind = atOrBehind(until);
        if (first == behind) {
            return UNNAMED;
        } else if (staying[behind] > staying[first]) {
            return STAYS;
        }
        return lastLoose[behind - 1] >= first ? FIRST + lastLoose[behind - 1] : GOES;
    }

    private int atOrBehind(long epoch) {
        int place = Arrays.binarySearch(epochs, epoch);
        return place >= 0 ? place : -place - 1;
    }

    private void add(int holder, int stored) {
        if (holder == UNNAMED) {
            unnamed += stored;
        } else if (holder == GOES) {
            going += stored;
        } else {
            history += stored;
            if (holder != STAYS) {
                bytes[holder - FIRST] += stored;
            }
        }
    }

    /** What comes back with what the ladder does not keep. */
    long going() {
        return going;
    }

    /** What the past takes without that. */
    long history() {
        return history;
    }

    /** What comes back already, since nothing names it. */
    long unnamed() {
        return unnamed;
    }

    /** The epoch up to which all commits that may have to go, so that {@code wanted} bytes come back, or as many as can; 0 if none has to. */
    long upTo(long wanted) {
        long back = 0;
        long last = 0;
        for (int i = 0; i < epochs.length && back < wanted; i++) {
            back += bytes[i];
            last = bytes[i] > 0 ? epochs[i] : last;
        }
        return last;
    }

    /** What comes back with all that may go up to that epoch. */
    long backUpTo(long epoch) {
        long back = 0;
        for (int i = 0; i < epochs.length && epochs[i] <= epoch; i++) {
            back += bytes[i];
        }
        return back;
    }
}
