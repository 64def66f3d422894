package io.amberfs.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What can be said of keys as bytes. */
public final class KeyBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private KeyBytes() {
    }

    public static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The first key behind all those that start with {@code prefix}; empty if there is none (all bytes are 0xff). */
    public static byte[] behind(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xff) {
                byte[] next = Arrays.copyOf(prefix, i + 1);
                next[i]++;
                return next;
            }
        }
        return new byte[0];
    }

    /** {@code first} and {@code second}, one behind the other. */
    public static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /** {@code key} and a big-endian number behind it. */
    public static byte[] join(byte[] key, long number) {
        byte[] joined = Arrays.copyOf(key, key.length + 8);
        putLong(joined, key.length, number);
        return joined;
    }

    public static byte[] ofLong(long number) {
        byte[] key = new byte[8];
        putLong(key, 0, number);
        return key;
    }

    public static void putLong(byte[] target, int at, long number) {
        LONGS.set(target, at, number);
    }

    public static long longAt(byte[] key, int at) {
        return (long) LONGS.get(key, at);
    }
}
