package io.amberfs.block;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/** A set of block numbers, as bits: 2 MB for the 16 million blocks of 1 TB. Thread-safe; guarded by itself. */
final class NumberSet {
    /** Bits of one page. */
    private static final int PAGE = 1 << 16;

    private final Map<Long, BitSet> pages = new HashMap<>();

    synchronized void add(long number) {
        pages.computeIfAbsent(number / PAGE, page -> new BitSet(PAGE)).set((int) (number % PAGE));
    }

    synchronized void removeIf(LongPredicate gone) {
        pages.forEach((page, numbers) -> {
            for (int at = numbers.nextSetBit(0); at >= 0; at = numbers.nextSetBit(at + 1)) {
                if (gone.test(page * PAGE + at)) {
                    numbers.clear(at);
                }
            }
        });
    }

    synchronized boolean contains(long number) {
        BitSet page = pages.get(number / PAGE);
        return page != null && page.get((int) (number % PAGE));
    }
}
