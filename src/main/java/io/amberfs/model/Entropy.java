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
        return out -> Secure.SOURCE.nextBytes(out);
    }

    /** Made when first used: the providers of ciphers take a while to load, and most commands need none. */
    final class Secure {
        private static final SecureRandom SOURCE = new SecureRandom();

        private Secure() {
        }
    }
}
