package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of a store, each derived from the master key by HKDF-SHA256 with an info string of its own.
 *
 * <p>Invariants:
 * <ul>
 *   <li>No two uses share a key, and none can be computed from another.
 *   <li>The same master key gives the same keys everywhere: a peer with the key opens the same blocks and finds the same names.
 * </ul>
 *
 * <p>Thread-safe; {@link #close} comes last, when no other call is under way.
 */
public final class Keys implements AutoCloseable {
    public static final int MASTER_LENGTH = 32;
    /** The data key under which new values are sealed. */
    static final byte DATA_KEY_ID = 1;

    private static final int GEAR = 256;

    private final byte[] dataKey;
    private final byte[] chunkerKey;
    private final byte[] identitySeed;
    private final ContentId contentId;
    private final NameHash nameHash;
    private final NameHash xattrNameHash;
    private volatile boolean closed;

    /** @param master stays the caller's, to be wiped */
    public Keys(byte[] master) {
        if (master.length != MASTER_LENGTH) {
            throw new IllegalArgumentException("a master key has 32 bytes, not " + master.length);
        }
        this.dataKey = derive(master, "amberfs v1 data key 1", 32);
        this.chunkerKey = derive(master, "amberfs v1 chunker key", 32);
        this.identitySeed = derive(master, "amberfs v1 identity seed", 32);
        this.contentId = new ContentId(derive(master, "amberfs v1 content id key", 32));
        this.nameHash = new NameHash(derive(master, "amberfs v1 name key", 16));
        this.xattrNameHash = new NameHash(derive(master, "amberfs v1 xattr name key", 16));
    }

    /** What blocks are told apart by. */
    public ContentId contentId() {
        return contentId;
    }

    /** What dirents are keyed by. */
    public NameHash nameHash() {
        return nameHash;
    }

    /** What extended attributes are keyed by; says nothing about dirents of the same name. */
    public NameHash xattrNameHash() {
        return xattrNameHash;
    }

    /** The 256 random numbers of the chunker: where a store cuts a file tells nothing to who does not have them. */
    public long[] gear() {
        refuseIfClosed();
        byte[] bytes = derive(chunkerKey, "amberfs v1 gear", GEAR * Long.BYTES);
        long[] gear = new long[GEAR];
        ByteBuffer.wrap(bytes).asLongBuffer().get(gear);
        Arrays.fill(bytes, (byte) 0);
        return gear;
    }

    /** 32 bytes to make the store's identity from; the caller wipes them. */
    public byte[] identitySeed() {
        refuseIfClosed();
        return identitySeed.clone();
    }

    AesKey rowKey(byte keyId, byte[] sessionId) {
        return new AesKey(Hkdf.derive(dataKey(keyId), sessionId, "amberfs session v1 row", AesKey.LENGTH));
    }

    AesKey blockKey(byte keyId, byte[] sessionId) {
        return new AesKey(Hkdf.derive(dataKey(keyId), sessionId, "amberfs session v1 block", AesKey.LENGTH));
    }

    /** Wipes what can be wiped. Ciphers that threads hold keep their key until the thread ends. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(dataKey, (byte) 0);
        Arrays.fill(chunkerKey, (byte) 0);
        Arrays.fill(identitySeed, (byte) 0);
        contentId.wipe();
        nameHash.wipe();
        xattrNameHash.wipe();
    }

    private byte[] dataKey(byte keyId) {
        refuseIfClosed();
        if (keyId != DATA_KEY_ID) {
            throw new CorruptException("a sealed value names data key " + (keyId & 0xFF) + ", the store has only data key " + DATA_KEY_ID);
        }
        return dataKey;
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the keys were wiped");
        }
    }

    private static byte[] derive(byte[] key, String info, int length) {
        return Hkdf.derive(key, Hkdf.NO_SALT, info, length);
    }

    @Override
    public String toString() {
        return "Keys(secret)";
    }
}
