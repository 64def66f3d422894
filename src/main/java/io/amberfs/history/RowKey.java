package io.amberfs.history;

import io.amberfs.store.KeyBytes;
import java.util.Arrays;

/**
 * The keys of versioned rows: {@code volume u16 | kind u8 | number u64 | more}. Each kind has one length, so that no key is a prefix of another of its kind.
 */
public final class RowKey {
    public static final int INODE = 1;
    public static final int DIRENT = 2;
    public static final int REGION = 3;
    public static final int XATTR = 4;
    /** An inode without a name that is still open. */
    public static final int ORPHAN = 5;
    /** A map of regions that nothing names any more and whose rows are still to be deleted. */
    public static final int REAP = 6;
    /** A name of an inode that is not the place in its record. */
    public static final int LINK = 7;
    /** Bytes before the number. */
    private static final int HEAD = 3;
    private static final int NUMBER_END = HEAD + 8;

    private RowKey() {
    }

    /** A key of only a number: an inode, orphan or reap row, or the prefix of all rows of a kind with that number. */
    public static byte[] of(int volume, int kind, long number) {
        byte[] key = Arrays.copyOf(kind(volume, kind), NUMBER_END);
        KeyBytes.putLong(key, HEAD, number);
        return key;
    }

    /** A dirent or xattr: the number and a hash of a name. */
    public static byte[] of(int volume, int kind, long number, byte[] hash) {
        return KeyBytes.join(of(volume, kind, number), hash);
    }

    /** A region: its map and its index within the file. */
    public static byte[] region(int volume, long map, long index) {
        return KeyBytes.join(of(volume, REGION, map), index);
    }

    /** A link: the inode, and what stands behind the kind of the dirent's key. */
    public static byte[] link(int volume, long ino, byte[] direntKey) {
        return KeyBytes.join(of(volume, LINK, ino), Arrays.copyOfRange(direntKey, HEAD, direntKey.length));
    }

    /** The key of the dirent that a link is. */
    public static byte[] direntOf(byte[] linkKey) {
        byte[] dirent = Arrays.copyOf(linkKey, linkKey.length - 8);
        dirent[2] = DIRENT;
        System.arraycopy(linkKey, NUMBER_END, dirent, HEAD, linkKey.length - NUMBER_END);
        return dirent;
    }

    /** The prefix of all rows of a kind. */
    public static byte[] kind(int volume, int kind) {
        return new byte[] {(byte) (volume >>> 8), (byte) volume, (byte) kind};
    }

    public static int kindOf(byte[] key) {
        return key[2];
    }

    public static long numberOf(byte[] key) {
        return KeyBytes.longAt(key, HEAD);
    }

    /** The index of a region's key. */
    public static long indexOf(byte[] key) {
        return KeyBytes.longAt(key, NUMBER_END);
    }

    /** What stands behind the number: the hash of a dirent or xattr. */
    public static byte[] tailOf(byte[] key) {
        return Arrays.copyOfRange(key, NUMBER_END, key.length);
    }

    /** Bytes of a key of {@code kind}; 0 for unknown kinds. */
    public static int length(int kind) {
        return switch (kind) {
            case INODE, ORPHAN, REAP -> NUMBER_END;
            case REGION -> NUMBER_END + 8;
            case DIRENT, XATTR -> NUMBER_END + 16;
            case LINK -> NUMBER_END + 24;
            default -> 0;
        };
    }

    /** Whether it is a key of that volume, of a known kind and of that kind's length. */
    static boolean isOf(int volume, byte[] key) {
        return key.length >= NUMBER_END && key.length == length(key[2]) && Arrays.equals(key, 0, HEAD, kind(volume, key[2]), 0, HEAD);
    }

    /** For messages. */
    public static String describe(byte[] key) {
        String[] kinds = {"row", "inode", "dirent in directory", "region of map", "xattr of inode", "orphan", "reap", "link of inode"};
        int kind = key.length >= NUMBER_END && key[2] > 0 && key[2] < kinds.length ? key[2] : 0;
        return kind == 0 ? "a row with an unknown key" : kinds[kind] + " " + numberOf(key) + (kind == REGION ? " at " + indexOf(key) : "");
    }
}
