package io.amberfs.model;

import java.security.SecureRandom;

/** A source of random bytes; the real one is fit for keys. Thread-safe. */
public interface Entropy {
    void fill(byte[] out);

    /** {@code length} fresh random bytes. */
    default byte[] bytes(int length) {
        byte[] out = new byte[length];
        fill(out);
        return out;
    }

    static Entropy system() {
        return new SecureRandom()::nextBytes;
    }
}
