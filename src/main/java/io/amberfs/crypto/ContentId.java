package io.amberfs.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names contents by HMAC-SHA-256 under a key of the store. Without the key nobody can tell whether a given file is in the store, which a plain hash
 * would reveal. Thread-safe; each thread has a {@code Mac} of its own.
 */
public final class ContentId {
    public static final int LENGTH = 32;

    private final byte[] key;
    private final ThreadLocal<Mac> mac = ThreadLocal.withInitial(this::keyed);
    private volatile boolean wiped;

    /** Takes the array over. */
    ContentId(byte[] key) {
        this.key = key;
    }

    /** The 32-byte id of {@code len} bytes from {@code off}. */
    public byte[] of(byte[] content, int off, int len) {
        if (wiped) {
            throw new IllegalStateException("the content id key was wiped");
        }
        Mac hmac = mac.get();
        hmac.update(content, off, len);
        return hmac.doFinal();
    }

    void wipe() {
        wiped = true;
        Arrays.fill(key, (byte) 0);
    }

    private Mac keyed() {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(key, "HmacSHA256"));
            return hmac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ContentId(secret)";
    }
}
