package io.amberfs.block;

import java.util.Arrays;

/** Numbers in ranges, each with its place among them, from 0 on: 16 bytes for a range. Immutable, so thread-safe. */
public final class NumberRanges {
    /** The first number of each range, in order, and how many numbers the ranges before have. */
    private final long[] from;
    private final long[] before;
    private final int count;
    private final long size;

    private NumberRanges(Builder builder) {
        from = builder.from;
        before = builder.before;
        count = builder.count;
        size = builder.size;
    }

    /** Takes ranges in order. Confined to one thread. */
    static final class Builder {
        private long[] from = new long[16];
        private long[] before = new long[16];
        private int count;
        private long size;
        private long end;

        /** [first, until), behind all that were added; one that touches the last one becomes a part of it. */
        Builder add(long first, long until) {
            if (first < end || until <= first) {
                throw new IllegalArgumentException("range " + first + " to " + until + " behind " + end);
            }
            if (count == 0 || first > end) {
                if (count == from.length) {
                    from = Arrays.copyOf(from, 2 * count);
                    before = Arrays.copyOf(before, 2 * count);
                }
                from[count] = first;
                before[count++] = size;
            }
            size += until - first;
            end = until;
            return this;
        }

        NumberRanges build() {
            return new NumberRanges(this);
        }
    }

    static NumberRanges of(long first, long until) {
        return until <= first ? new Builder().build() : new Builder().add(first, until).build();
    }

    int count() {
        return count;
    }

    public long size() {
        return size;
    }

    long first(int range) {
        return from[range];
    }

    long until(int range) {
        return from[range] + (range + 1 < count ? before[range + 1] : size) - before[range];
    }

    /** The end of the range that has the number, which must be one of them. */
    long untilFrom(long number) {
        return until(at(from, number));
    }

    /** The range that begins at or before it; -1 if there is none. */
    private int at(long[] starts, long number) {
        int range = Arrays.binarySearch(starts, 0, count, number);
        return range >= 0 ? range : -range - 2;
    }

    /** The place of a number; -1 if it is none of them. */
    public long place(long number) {
        int range = at(from, number);
        return range >= 0 && number < until(range) ? before[range] + number - from[range] : -1;
    }

    /** How many of the numbers are less. */
    long below(long number) {
        int range = at(from, number);
        return range < 0 ? 0 : before[range] + Math.min(number, until(range)) - from[range];
    }

    /** The number in a place. */
    long at(long place) {
        int range = at(before, place);
        return from[range] + place - before[range];
    }
}
