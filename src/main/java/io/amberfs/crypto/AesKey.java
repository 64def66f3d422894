package io.amberfs.crypto;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * An AES-256 key that can be wiped; the JDK's own {@code SecretKeySpec} cannot. Equality is identity.
 * Immutable until {@link #destroy}; not to be used after that.
 */
final class AesKey implements SecretKey {
    static final int LENGTH = 32;

    private final transient byte[] bytes;
    private volatile boolean destroyed;

    /** Takes the array over. */
    AesKey(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
        return "AES";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** Copies first and asks then: a thread that races {@link #destroy} must fail rather than seal under a key of zeros. */
    @Override
    public byte[] getEncoded() {
        byte[] copy = bytes.clone();
        VarHandle.loadLoadFence();
        if (destroyed) {
            throw new IllegalStateException("the key was destroyed");
        }
        return copy;
    }

    @Override
    public void destroy() {
        destroyed = true;
        VarHandle.storeStoreFence();
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException("a key");
    }

    @Override
    public String toString() {
        return "AesKey(secret)";
    }
}
