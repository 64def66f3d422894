package io.amberfs.fs;

import io.amberfs.model.Extent;
import io.amberfs.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Extents by region, to be put into a file: each lies behind those that were added before it. Confined to one thread. */
final class Layout {
    private final TreeMap<Long, List<Extent>> regions = new TreeMap<>();
    private int count;

    /** Adds {@code length} bytes of a block at {@code at} of the file, one extent for each region that they lie in. */
    void add(long at, int length, long block, int blockOffset, long check) {
        long from = at;
        long end = at + length;
        while (from < end) {
            int within = (int) (from % Limits.REGION);
            int part = (int) Math.min(end - from, Limits.REGION - within);
            regions.computeIfAbsent(from / Limits.REGION, index -> new ArrayList<>()).add(new Extent(within, part, block, blockOffset + (int) (from - at), check));
            count++;
            from += part;
        }
    }

    boolean isEmpty() {
        return regions.isEmpty();
    }

    /** How many extents there are. */
    int count() {
        return count;
    }

    /** By the index of their region. */
    SortedMap<Long, List<Extent>> regions() {
        return regions;
    }

    List<Extent> region(long index) {
        return regions.getOrDefault(index, List.of());
    }

    /** Whether all lie in the first region. */
    boolean isFirstRegion() {
        return regions.isEmpty() || regions.lastKey() == 0;
    }

    /** Drops what lies at or behind {@code end}, the border of a region. */
    void cut(long end) {
        SortedMap<Long, List<Extent>> behind = regions.tailMap(end / Limits.REGION);
        count -= behind.values().stream().mapToInt(List::size).sum();
        behind.clear();
    }
}
