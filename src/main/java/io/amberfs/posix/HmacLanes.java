package io.amberfs.posix;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * HMAC-SHA-256 (RFC 2104) of many pieces of an array at a time, one in each lane of the widest vectors ({@code native/hmac.c}). Thread-safe; each thread keeps room outside of the
 * heap for as much as it was given at most.
 */
public final class HmacLanes {
    private static final int CODE = 32;
    private static final ThreadLocal<ByteBuffer> ROOM = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(1 << 20));

    private final Calls calls;
    private final int lanes;

    /** Public only because jnr-ffi implements it from a class loader of its own. */
    public interface Calls extends OwnLibrary.Versioned {
        @IgnoreError
        int amberfs_lanes();

        @IgnoreError
        int amberfs_hmac(int lanes, long base, @In int[] offsets, @In int[] lengths, int count, @In byte[] key, int keyLength, @Out byte[] codes);
    }

    private HmacLanes(Calls calls, int lanes) {
        this.calls = calls;
        this.lanes = lanes;
    }

    /**
     * Empty where one after the other is as fast: on processors with instructions for SHA-256 or without vectors, and without the library.
     *
     * @throws UnsatisfiedLinkError saying why the library cannot be loaded
     */
    public static Optional<HmacLanes> ofThisMachine(Map<String, String> environment) {
        return OwnLibrary.bind(Calls.class, environment).map(calls -> new HmacLanes(calls, calls.amberfs_lanes())).filter(found -> found.lanes > 0);
    }

    /** Pieces that are done side by side. */
    public int lanes() {
        return lanes;
    }

    /** The same by half as many lanes, if the machine has those too. */
    Optional<HmacLanes> narrower() {
        return lanes > 8 ? Optional.of(new HmacLanes(calls, lanes / 2)) : Optional.empty();
    }

    /** The codes, 32 bytes each, of the pieces [offsets[i], offsets[i] + lengths[i]) of {@code source}. @param key at most 64 bytes */
    public byte[][] codes(byte[] key, byte[] source, int[] offsets, int[] lengths) {
        int start = IntStream.of(offsets).min().orElse(0);
        int end = IntStream.range(0, offsets.length).map(i -> offsets[i] + lengths[i]).max().orElse(0);
        ByteBuffer room = room(end - start).put(source, start, end - start);
        int[] order = IntStream.range(0, lengths.length).boxed().sorted(Comparator.comparingInt(i -> -lengths[i])).mapToInt(i -> i).toArray();
        byte[] codes = new byte[CODE * order.length];
        int result = calls.amberfs_hmac(lanes, Pointer.wrap(Runtime.getSystemRuntime(), room.flip()).address(), IntStream.of(order).map(i -> offsets[i] - start).toArray(),
            IntStream.of(order).map(i -> lengths[i]).toArray(), order.length, key, key.length, codes);
        if (result != 0) {
            throw new IllegalStateException("hashing failed with error " + -result);
        }
        byte[][] each = new byte[order.length][];
        for (int i = 0; i < order.length; i++) {
            each[order[i]] = Arrays.copyOfRange(codes, CODE * i, CODE * (i + 1));
        }
        return each;
    }

    private static ByteBuffer room(int bytes) {
        if (ROOM.get().capacity() < bytes) {
            ROOM.set(ByteBuffer.allocateDirect(bytes));
        }
        return ROOM.get().clear();
    }
}
