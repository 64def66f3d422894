package io.amberfs.crypto;

import io.amberfs.posix.HmacLanes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names contents by HMAC-SHA-256 under a key of the store. Without the key nobody can tell whether a given file is in the store, which a plain hash
 * would reveal. Many pieces are named at a time where the machine has lanes for it. Thread-safe; each thread has a {@code Mac} of its own.
 */
public final class ContentId {
    public static final int LENGTH = 32;
    private static final Logger LOG = LoggerFactory.getLogger(ContentId.class);
    /** Fewer pieces are done sooner one after the other. */
    private static final int TOGETHER_MIN = 4;

    /** Looked for when it is first wanted. */
    private static final class Many {
        static final Optional<HmacLanes> FOUND = many();
    }

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

    /** The ids of several pieces of {@code content}, made side by side; empty where it is as good to ask for one after the other. */
    public Optional<byte[][]> of(byte[] content, int[] offsets, int[] lengths) {
        if (wiped) {
            throw new IllegalStateException("the content id key was wiped");
        }
        return offsets.length < TOGETHER_MIN ? Optional.empty() : Many.FOUND.flatMap(many -> many.codes(key, content, offsets, lengths));
    }

    private static Optional<HmacLanes> many() {
        try {
            return HmacLanes.ofThisMachine(System.getenv()).filter(ContentId::isRight);
        } catch (UnsatisfiedLinkError e) {
            LOG.warn("amberfs cannot load its library, so contents are hashed one after the other, which is slower: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether it answers what this Java does, for pieces of many lengths. */
    static boolean isRight(HmacLanes many) {
        byte[] content = new byte[4096];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 251);
        }
        int[] offsets = IntStream.range(0, 3 * many.lanes() + 5).toArray();
        int[] lengths = IntStream.of(offsets).map(i -> i * i % 700 + i).toArray();
        byte[] key = Arrays.copyOf(content, LENGTH);
        ContentId alone = new ContentId(key.clone());
        byte[][] found = many.codes(key, content, offsets, lengths).orElseThrow();
        boolean same = IntStream.range(0, offsets.length).allMatch(i -> Arrays.equals(found[i], alone.of(content, offsets[i], lengths[i])));
        if (!same) {
            LOG.error("this machine hashes wrongly with {} lanes: contents are hashed one after the other", many.lanes());
        }
        return same;
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
