package io.amberfs.crypto;

import io.amberfs.model.Entropy;
import java.util.Arrays;
import java.util.HexFormat;

/** What a store is known by, for ever: 16 random bytes, shown as 32 hexadecimal digits. Immutable. */
public final class StoreId {
    public static final int LENGTH = 16;

    private final byte[] bytes;

    public StoreId(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a store id has 16 bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    public static StoreId random(Entropy entropy) {
        return new StoreId(entropy.bytes(LENGTH));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoreId id && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
