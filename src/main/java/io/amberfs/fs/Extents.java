package io.amberfs.fs;

import io.amberfs.model.Extent;
import java.util.ArrayList;
import java.util.List;

/** Lists of extents: sorted, without overlap. Pure. */
final class Extents {
    private Extents() {
    }

    /** {@code old} without [from, to), and {@code added}, which lie within it. */
    static List<Extent> splice(List<Extent> old, int from, int to, List<Extent> added) {
        List<Extent> result = new ArrayList<>(old.size() + added.size() + 1);
        for (Extent extent : old) {
            if (extent.offset() < from) {
                append(result, extent.end() <= from ? extent : extent.slice(0, from));
            }
        }
        added.forEach(extent -> append(result, extent));
        for (Extent extent : old) {
            if (extent.end() > to) {
                append(result, extent.offset() >= to ? extent : extent.slice(to, Integer.MAX_VALUE));
            }
        }
        return result;
    }

    static long bytes(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    private static void append(List<Extent> list, Extent extent) {
        if (!list.isEmpty()) {
            Extent last = list.get(list.size() - 1);
            if (last.end() == extent.offset() && last.block() == extent.block() && last.blockOffset() + last.length() == extent.blockOffset()) {
                list.set(list.size() - 1, new Extent(last.offset(), last.length() + extent.length(), last.block(), last.blockOffset(), last.check()));
                return;
            }
        }
        list.add(extent);
    }
}
