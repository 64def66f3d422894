package io.amberfs.check;

import io.amberfs.store.KeyBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Which blocks the store has: 12 bytes each, and 4 more for how much of it files need when the blocks themselves are to be read. Filled in the order of the numbers.
 * Confined to one thread.
 */
final class BlockTable {
    private static final int PAGE = 4096;

    /** Up to {@link #PAGE} blocks whose numbers lie less than 2^31 apart. */
    private static final class Page {
        private final long base;
        private final int[] numbers = new int[PAGE];
        private final long[] checks = new long[PAGE];
        private final int[] needs;
        private int size;

        Page(long base, boolean withNeeds) {
            this.base = base;
            needs = new int[withNeeds ? PAGE : 0];
        }
    }

    private final List<Page> pages = new ArrayList<>();
    private final boolean withNeeds;
    private long size;
    private long named;

    BlockTable(boolean withNeeds) {
        this.withNeeds = withNeeds;
    }

    void add(long number, byte[] row) {
        Page page = pages.isEmpty() ? null : pages.get(pages.size() - 1);
        if (page == null || page.size == PAGE || number - page.base > Integer.MAX_VALUE || number < page.base) {
            page = new Page(number, withNeeds);
            pages.add(page);
        }
        page.numbers[page.size] = (int) (number - page.base);
        page.checks[page.size++] = KeyBytes.longAt(row, 0);
        size++;
    }

    long size() {
        return size;
    }

    /** Blocks that something needs; only with needs. */
    long named() {
        return named;
    }

    /** The place of a block; -1 if there is none of that number. */
    long find(long number) {
        int low = 0;
        int high = pages.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (pages.get(middle).base <= number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        if (high < 0 || number - pages.get(high).base > Integer.MAX_VALUE) {
            return -1;
        }
        Page page = pages.get(high);
        int at = java.util.Arrays.binarySearch(page.numbers, 0, page.size, (int) (number - page.base));
        return at < 0 ? -1 : (long) high * PAGE + at;
    }

    long check(long place) {
        return pages.get((int) (place / PAGE)).checks[(int) (place % PAGE)];
    }

    /** Something names the first {@code end} bytes of a block. */
    void need(long place, int end) {
        if (withNeeds) {
            int[] needs = pages.get((int) (place / PAGE)).needs;
            int at = (int) (place % PAGE);
            named += needs[at] == 0 ? 1 : 0;
            needs[at] = Math.max(needs[at], end);
        }
    }

    /** Hears of one named block. */
    @FunctionalInterface
    interface Each {
        void block(long number, long check, int need);
    }

    void forEachNamed(Each each) {
        for (Page page : pages) {
            for (int i = 0; withNeeds && i < page.size; i++) {
                if (page.needs[i] > 0) {
                    each.block(page.base + page.numbers[i], page.checks[i], page.needs[i]);
                }
            }
        }
    }
}
