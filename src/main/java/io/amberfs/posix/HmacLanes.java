package io.amberfs.posix;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * HMAC-SHA-256 (RFC 2104) of many pieces of an array at a time, one in each lane of the widest vectors ({@code native/hmac.c}).
 *
 * <p>Thread-safe. The pieces are copied out of the heap, into one of {@link #ROOMS} rooms that all threads share.
 */
public final class HmacLanes {
    private static final int CODE = 32;
    /** Rooms outside of the heap, and bytes of each. */
    static final int ROOMS = 4;
    static final int ROOM_BYTES = 5 << 20;
    /** Those that are made and free, and permits to use one. */
    private static final Deque<ByteBuffer> FREE = new ConcurrentLinkedDeque<>();
    private static final Semaphore PERMITS = new Semaphore(ROOMS);

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

    /**
     * The codes, 32 bytes each, of the pieces [offsets[i], offsets[i] + lengths[i]) of {@code source}; empty when all rooms are taken, or the pieces do not fit into one.
     *
     * @param key at most 64 bytes
     */
    public Optional<byte[][]> codes(byte[] key, byte[] source, int[] offsets, int[] lengths) {
        int start = IntStream.of(offsets).min().orElse(0);
        int end = IntStream.range(0, offsets.length).map(i -> offsets[i] + lengths[i]).max().orElse(0);
        if (end - start > ROOM_BYTES || !PERMITS.tryAcquire()) {
            return Optional.empty();
        }
        try {
            ByteBuffer room = Optional.ofNullable(FREE.pollFirst()).orElseGet(() -> ByteBuffer.allocateDirect(ROOM_BYTES));
            try {
                return Optional.of(codes(key, room.clear().put(source, start, end - start).flip(), IntStream.of(offsets).map(offset -> offset - start).toArray(), lengths));
            } finally {
                FREE.addFirst(room);
            }
        } finally {
            PERMITS.release();
        }
    }

    private byte[][] codes(byte[] key, ByteBuffer room, int[] offsets, int[] lengths) {
        int[] order = IntStream.range(0, lengths.length).boxed().sorted(Comparator.comparingInt(i -> -lengths[i])).mapToInt(i -> i).toArray();
        byte[] codes = new byte[CODE * order.length];
        long base = Pointer.wrap(Runtime.getSystemRuntime(), room).address();
        int result = calls.amberfs_hmac(lanes, base, IntStream.of(order).map(i -> offsets[i]).toArray(), IntStream.of(order).map(i -> lengths[i]).toArray(), order.length,
            key, key.length, codes);
        if (result != 0) {
            throw new IllegalStateException("hashing failed with error " + -result);
        }
        byte[][] each = new byte[order.length][];
        for (int i = 0; i < order.length; i++) {
            each[order[i]] = Arrays.copyOfRange(codes, CODE * i, CODE * (i + 1));
        }
        return each;
    }
}
