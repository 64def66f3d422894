package io.amberfs.check;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Sums that change from epoch to epoch, put together from stretches of time; memory grows with the number of distinct epochs. Confined to one thread. */
final class Steps {
    /** Hears of a stretch of time in which no sum changes. The array is not to be kept. */
    @FunctionalInterface
    interface Each {
        void step(long from, long until, long[] sums);
    }

    private final int sums;
    private final TreeMap<Long, long[]> changes = new TreeMap<>();

    Steps(int sums) {
        this.sums = sums;
    }

    /** The sum {@code which} is higher by {@code amount} during [from, until). */
    void add(long from, long until, int which, long amount) {
        if (from < until && amount != 0) {
            changes.computeIfAbsent(from, e -> new long[sums])[which] += amount;
            changes.computeIfAbsent(until, e -> new long[sums])[which] -= amount;
        }
    }

    void forEach(Each each) {
        long[] now = new long[sums];
        long from = Long.MIN_VALUE;
        for (Map.Entry<Long, long[]> change : changes.entrySet()) {
            if (from != Long.MIN_VALUE) {
                each.step(from, change.getKey(), Arrays.copyOf(now, sums));
            }
            for (int i = 0; i < sums; i++) {
                now[i] += change.getValue()[i];
            }
            from = change.getKey();
        }
    }
}
