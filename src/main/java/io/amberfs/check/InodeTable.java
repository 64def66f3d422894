package io.amberfs.check;

import java.util.Arrays;

/**
 * What is kept of each inode that ever was: 33 bytes. Filled in the order of the numbers.
 *
 * <p>{@code balance} is 0 in the end if record and dirents agree at every instant ({@link Mix}). Confined to one thread.
 */
final class InodeTable {
    /** Flags beside the four type bits. */
    static final int UNKNOWN = 16;
    static final int HAS_XATTRS = 32;
    static final int NAMELESS = 64;
    static final int MARKED = 128;

    private long[] inos = new long[1024];
    private long[] births = new long[1024];
    private long[] deaths = new long[1024];
    private long[] balances = new long[1024];
    private byte[] flags = new byte[1024];
    private int size;

    int size() {
        return size;
    }

    /** Appends an inode whose number is above all before. */
    int append(long ino, long birth) {
        if (size == inos.length) {
            int more = size + (size >> 1);
            inos = Arrays.copyOf(inos, more);
            births = Arrays.copyOf(births, more);
            deaths = Arrays.copyOf(deaths, more);
            balances = Arrays.copyOf(balances, more);
            flags = Arrays.copyOf(flags, more);
        }
        inos[size] = ino;
        births[size] = birth;
        deaths[size] = birth;
        return size++;
    }

    /** Its index; negative if there is none. */
    int find(long ino) {
        return Arrays.binarySearch(inos, 0, size, ino);
    }

    long ino(int at) {
        return inos[at];
    }

    long birth(int at) {
        return births[at];
    }

    long death(int at) {
        return deaths[at];
    }

    void livesUntil(int at, long until) {
        deaths[at] = Math.max(deaths[at], until);
    }

    void balance(int at, long amount) {
        balances[at] += amount;
    }

    boolean isBalanced(int at) {
        return balances[at] == 0;
    }

    /** The type bits of st_mode; 0 if no version could be read. */
    int type(int at) {
        return (flags[at] & 15) << 12;
    }

    void type(int at, int mode) {
        flags[at] |= (byte) (mode >>> 12 & 15);
    }

    void mark(int at, int flag) {
        flags[at] |= (byte) flag;
    }

    void unmark(int at, int flag) {
        flags[at] &= (byte) ~flag;
    }

    boolean is(int at, int flag) {
        return (flags[at] & flag) != 0;
    }
}
