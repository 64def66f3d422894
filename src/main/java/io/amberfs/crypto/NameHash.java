package io.amberfs.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.macs.SipHash128;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Hashes names to 16 bytes by SipHash-2-4-128 (Aumasson, Bernstein) under a key of the store: rows can be found by name, and names can be neither
 * read nor guessed from the rows, nor made to collide on purpose. Thread-safe.
 */
public final class NameHash {
    public static final int LENGTH = 16;

    private final byte[] key;
    private volatile boolean wiped;

    /** Takes the array over. */
    NameHash(byte[] key) {
        this.key = key;
    }

    public byte[] of(byte[] name) {
        if (wiped) {
            throw new IllegalStateException("the name key was wiped");
        }
        SipHash128 hash = new SipHash128();
        hash.init(new KeyParameter(key));
        hash.update(name, 0, name.length);
        byte[] out = new byte[LENGTH];
        hash.doFinal(out, 0);
        return out;
    }

    void wipe() {
        wiped = true;
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public String toString() {
        return "NameHash(secret)";
    }
}
