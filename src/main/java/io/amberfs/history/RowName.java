package io.amberfs.history;

import io.amberfs.store.KeyBytes;
import java.util.Arrays;

/** A key as a key of maps. The array is not to be changed. Immutable. */
final class RowName {
    /** Odd, and near the golden ratio: as the multiplier of Fibonacci hashing (Knuth, TAOCP 3, 6.4). */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final byte[] bytes;
    private final int hash;

    RowName(byte[] bytes) {
        this.bytes = bytes;
        hash = hash(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Not that of arrays: it gives the same number to many keys whose last bytes differ, as those of inodes made one after the other. */
    private static int hash(byte[] bytes) {
        if (bytes.length < 8) {
            return Arrays.hashCode(bytes);
        }
        long hash = bytes.length;
        for (int at = bytes.length - 8; at > 0; at -= 8) {
            hash = mixed(hash ^ KeyBytes.longAt(bytes, at));
        }
        return (int) mixed(hash ^ KeyBytes.longAt(bytes, 0));
    }

    private static long mixed(long hash) {
        long product = hash * MIX;
        return product ^ product >>> 32;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowName name && hash == name.hash && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
