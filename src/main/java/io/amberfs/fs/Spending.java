package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.block.NumberRanges;
import io.amberfs.history.NamedBlocks;
import io.amberfs.history.Volume;
import io.amberfs.model.Body;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
import io.amberfs.model.Refusal;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * For which files the past takes room: of each block that the present does not have, the first file that had it. Takes 4 bytes and a bit of memory for each block, and some 100 for
 * each file that has such blocks. Confined to one thread.
 */
final class Spending implements NamedBlocks.Namers {
    private final NumberRanges existing;
    private final BitSet present = new BitSet();
    /** Of each block the place of its file in {@code owners}, from 1 on. */
    private final int[] holders;
    private long[] owners = new long[1024];
    private final Map<Long, Integer> placeOf = new HashMap<>();
    private final Map<Long, Long> fileOfMap = new HashMap<>();
    private final BooleanSupplier stop;

    private Spending(NumberRanges existing, BooleanSupplier stop) {
        this.existing = existing;
        this.stop = stop;
        holders = new int[(int) existing.size()];
    }

    /**
     * The bytes on disk that the past takes for each inode; those of inode 0 are of files that were deleted when the commit that has them was made.
     *
     * @throws Refusal ERROR when there are more blocks than there is memory for, or {@code stop} says so
     */
    static Map<Long, Long> of(Store store, Volume volume, BlockStore blocks, BooleanSupplier stop) {
        NumberRanges existing = blocks.existing();
        if (existing.size() > Usage.BLOCKS_MAX) {
            throw new Refusal(ExitCode.ERROR, "there are too many blocks to be counted: run amberfs reclaim, which notes those that are left, then try again");
        }
        Spending spending = new Spending(existing, stop);
        Map<Long, Long> bytes = new HashMap<>();
        try (Reading reading = store.reading()) {
            volume.named(reading).show(spending);
            blocks.sizes(reading, (number, stored, length) -> {
                int at = (int) existing.place(number);
                if (at >= 0 && !spending.present.get(at) && spending.holders[at] > 0) {
                    bytes.merge(spending.owners[spending.holders[at] - 1], (long) stored, Long::sum);
                }
            });
        }
        return bytes;
    }

    @Override
    public void inode(long ino, Inode inode, long from, long until) {
        if (inode.body() instanceof Body.Regions regions) {
            fileOfMap.put(regions.map(), ino);
        }
        blocks(NamedBlocks.extents(inode), ino, until);
    }

    @Override
    public void region(long map, List<Extent> extents, long from, long until) {
        // Inode 0 for a map that no inode has: a commit saw it between the deletion of its file and that of its rows.
        blocks(extents, fileOfMap.getOrDefault(map, 0L), until);
    }

    private void blocks(List<Extent> extents, long ino, long until) {
        if (stop.getAsBoolean()) {
            throw new Refusal(ExitCode.ERROR, "the drive is being closed, or nobody waits any more");
        }
        LongConsumer each = number -> {
            int at = (int) existing.place(number);
            if (at >= 0 && until == Long.MAX_VALUE) {
                present.set(at);
            } else if (at >= 0 && holders[at] == 0) {
                holders[at] = place(ino);
            }
        };
        extents.forEach(extent -> each.accept(extent.block()));
    }

    private int place(long ino) {
        return placeOf.computeIfAbsent(ino, key -> {
            int place = placeOf.size();
            owners = place < owners.length ? owners : Arrays.copyOf(owners, 2 * place);
            owners[place] = key;
            return place + 1;
        });
    }
}
