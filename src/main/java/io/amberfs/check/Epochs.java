package io.amberfs.check;

import java.util.Arrays;

/** A set of epochs, as runs of numbers in a row. Confined to one thread. */
final class Epochs {
    private long[] firsts = new long[4];
    private long[] lasts = new long[4];
    private int runs;

    /** Adds one that is higher than all before; others are left out. */
    void add(long epoch) {
        if (epoch <= last()) {
            return;
        } else if (runs > 0 && lasts[runs - 1] == epoch - 1) {
            lasts[runs - 1] = epoch;
            return;
        }
        if (runs == firsts.length) {
            firsts = Arrays.copyOf(firsts, runs * 2);
            lasts = Arrays.copyOf(lasts, runs * 2);
        }
        firsts[runs] = epoch;
        lasts[runs++] = epoch;
    }

    boolean isEmpty() {
        return runs == 0;
    }

    /** The lowest, of a set that is not empty. */
    long first() {
        return firsts[0];
    }

    /** The highest; 0 of an empty set. */
    long last() {
        return runs == 0 ? 0 : lasts[runs - 1];
    }

    /** Whether any lies in [from, until). */
    boolean anyIn(long from, long until) {
        int at = Arrays.binarySearch(lasts, 0, runs, from);
        int run = at < 0 ? -at - 1 : at;
        return run < runs && firsts[run] < until;
    }

    /** Takes a stretch of numbers. */
    @FunctionalInterface
    interface Gap {
        void gap(long first, long last);
    }

    /** Shows the stretches of [first, last] of which none is in the set. */
    void gaps(long first, long last, Gap taker) {
        long from = first;
        for (int run = 0; run < runs && from <= last; run++) {
            if (lasts[run] >= from) {
                if (firsts[run] > from) {
                    taker.gap(from, Math.min(last, firsts[run] - 1));
                }
                from = lasts[run] + 1;
            }
        }
        if (from <= last) {
            taker.gap(from, last);
        }
    }
}
