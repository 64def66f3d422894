package io.amberfs.history;

import io.amberfs.model.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The root of a hash tree over entries that come one after the other, as in RFC 9162 (2.1): SHA-256 of 0 and an entry is a leaf, of 1 and two nodes the node above them; the left
 * one is over the largest power of two of entries that leaves some to the right. Over no entry at all: SHA-256 of nothing. Keeps one digest for each level. Confined to one thread.
 */
final class HashTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest sha256 = sha256();
    /** The roots of the whole trees so far, the largest first: one for each bit that is set in {@code count}. */
    private final List<byte[]> roots = new ArrayList<>();
    private long count;

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The digest of an entry that is made of these parts. */
    byte[] leaf(byte[]... parts) {
        sha256.update(LEAF);
        for (byte[] part : parts) {
            sha256.update(part);
        }
        return sha256.digest();
    }

    void add(byte[] leaf) {
        byte[] node = leaf;
        for (long bits = count; (bits & 1) != 0; bits >>>= 1) {
            node = node(roots.remove(roots.size() - 1), node);
        }
        roots.add(node);
        count++;
    }

    Bytes root() {
        if (roots.isEmpty()) {
            return new Bytes(sha256.digest());
        }
        byte[] root = roots.get(roots.size() - 1);
        for (int i = roots.size() - 2; i >= 0; i--) {
            root = node(roots.get(i), root);
        }
        return new Bytes(root);
    }

    private byte[] node(byte[] left, byte[] right) {
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }
}
