package io.amberfs.it;

import java.util.zip.CRC32C;

/** Bytes that a seed and their position tell: what a file should hold need not be kept to be compared. Stateless. */
final class Pattern {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Pattern() {
    }

    /** The bytes [from, to) of the endless row that {@code seed} names; they do not compress. */
    static byte[] bytes(long seed, long from, long to) {
        byte[] bytes = new byte[Math.toIntExact(to - from)];
        long word = 0;
        for (long at = from; at < to; at++) {
            if (at == from || at % 8 == 0) {
                word = mix(seed + at / 8 * GOLDEN);
            }
            bytes[(int) (at - from)] = (byte) (word >>> at % 8 * 8);
        }
        return bytes;
    }

    static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** The finaliser of SplitMix64. */
    static long mix(long number) {
        long z = (number ^ number >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
