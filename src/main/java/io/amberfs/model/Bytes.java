package io.amberfs.model;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that are a value: a digest, a signature. Immutable. */
public final class Bytes {
    /** Of a digest by SHA-256. */
    public static final int DIGEST_LENGTH = 32;
    /** Stands where there is nothing to take a digest of. */
    public static final Bytes NO_DIGEST = new Bytes(new byte[DIGEST_LENGTH]);

    private final byte[] bytes;

    /** @param bytes not to be changed afterwards */
    public Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Not to be changed. */
    public byte[] array() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** In hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
