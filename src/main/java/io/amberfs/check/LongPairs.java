package io.amberfs.check;

import java.util.Arrays;

/** Pairs of numbers, 16 bytes each, to be sorted by the first and then looked up. Confined to one thread. */
final class LongPairs {
    private long[] firsts = new long[256];
    private long[] seconds = new long[256];
    private int size;

    void add(long first, long second) {
        if (size == firsts.length) {
            firsts = Arrays.copyOf(firsts, size * 2);
            seconds = Arrays.copyOf(seconds, size * 2);
        }
        firsts[size] = first;
        seconds[size++] = second;
    }

    int size() {
        return size;
    }

    long first(int at) {
        return firsts[at];
    }

    long second(int at) {
        return seconds[at];
    }

    /** Index of a pair with that first number; negative if there is none. Only once sorted. */
    int find(long first) {
        return Arrays.binarySearch(firsts, 0, size, first);
    }

    /** Heapsort: in place, and as fast on the nearly sorted. Of equal pairs next to each other one stays. */
    void sort() {
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i, size);
        }
        for (int end = size - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
        int left = 0;
        for (int i = 0; i < size; i++) {
            if (left == 0 || firsts[i] != firsts[left - 1] || seconds[i] != seconds[left - 1]) {
                firsts[left] = firsts[i];
                seconds[left++] = seconds[i];
            }
        }
        size = left;
    }

    private void sink(int from, int end) {
        int at = from;
        for (int child = 2 * at + 1; child < end; child = 2 * at + 1) {
            int larger = child + 1 < end && firsts[child + 1] > firsts[child] ? child + 1 : child;
            if (firsts[larger] <= firsts[at]) {
                return;
            }
            swap(at, larger);
            at = larger;
        }
    }

    private void swap(int a, int b) {
        long first = firsts[a];
        long second = seconds[a];
        firsts[a] = firsts[b];
        seconds[a] = seconds[b];
        firsts[b] = first;
        seconds[b] = second;
    }
}
