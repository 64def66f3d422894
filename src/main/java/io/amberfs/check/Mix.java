package io.amberfs.check;

import io.amberfs.history.RowKey;
import io.amberfs.store.KeyBytes;

/**
 * Numbers that tell step functions of time apart. The weight of a stretch [from, until) is {@code point(until) - point(from)}; two sets of stretches that add up to the
 * same at every instant have the same sum of weights, and others have it with a chance of 2^-64. So one long for each inode shows whether its names agree with its
 * record at each instant ever.
 */
final class Mix {
    /** Factor that keeps the sums of subdirectories apart from those of names. */
    static final long SUBDIRECTORY = 0x9e3779b97f4a7c15L;

    private Mix() {
    }

    static long weight(long from, long until) {
        return point(until) - point(from);
    }

    /** What stands for the place that a dirent's key is. */
    static long place(byte[] direntKey) {
        return point(RowKey.numberOf(direntKey)) * 31 + point(KeyBytes.longAt(direntKey, direntKey.length - 8)) | 1;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long point(long number) {
        long z = number + 0x632be59bd9b4e019L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
