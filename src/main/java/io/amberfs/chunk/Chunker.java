package io.amberfs.chunk;

import java.util.Objects;

/**
 * Finds the end of the next chunk by its contents: FastCDC (Xia et al., "FastCDC: a Fast and Efficient Content-Defined Chunking Approach
 * for Data Deduplication", USENIX ATC 2016) over a secret gear table.
 *
 * <ul>
 *   <li>A chunk is at most {@link #MAX} bytes, and at least {@link #MIN} bytes unless it is the rest of its input.</li>
 *   <li>The cut of a chunk depends only on its own bytes and the table: not on where it starts, nor on what follows it, nor on how many bytes
 *       were at hand when it was looked for.</li>
 * </ul>
 *
 * Immutable and thread-safe.
 */
public final class Chunker {
    /** No chunk is shorter, unless the input ends: the first bytes of a chunk are not even looked at. */
    public static final int MIN = 16 << 10;
    /** Where the condition for a cut becomes easier. Real binaries came out at a mean of 81 KiB. */
    public static final int AVERAGE = 64 << 10;
    /** A chunk with no cut in its contents ends here. */
    public static final int MAX = 256 << 10;

    /** Entries that a gear table has: one for each value of a byte. */
    public static final int GEAR_LENGTH = 256;

    /*
     * The hash shifts left by one bit for each byte, so bit 63 depends on the last 64 bytes and bit 0 on the last byte alone: only the top bits are
     * worth testing. A random hash meets a mask of n bits once in 2^n bytes. One bit more before AVERAGE and one bit fewer after it
     * (normalised chunking, section 4.3 of the paper, level 1) pulls sizes towards the average.
     * One byte a step, for four were no faster on JDK 17: docs/decisions/0002-chunk-sizes.md.
     */
    private static final int AVERAGE_BITS = Integer.numberOfTrailingZeros(AVERAGE);
    private static final long STRICT_MASK = -1L << (Long.SIZE - AVERAGE_BITS - 1);
    private static final long EASY_MASK = -1L << (Long.SIZE - AVERAGE_BITS + 1);

    private final long[] gear;

    /**
     * @param gear 256 secret random numbers; copied
     * @throws IllegalArgumentException if there are not 256 of them
     */
    public Chunker(long[] gear) {
        if (gear.length != GEAR_LENGTH) {
            throw new IllegalArgumentException("a gear table has " + GEAR_LENGTH + " entries, not " + gear.length);
        }
        this.gear = gear.clone();
    }

    /**
     * The length of the chunk that starts at {@code from}, given that the input is known up to {@code to}.
     *
     * <p>If {@code to - from} is less than {@link #MAX} and that is also the answer, the chunk may go on behind {@code to}: the caller either waits for more bytes
     * and asks again from the same {@code from}, or takes the rest as the last chunk. Any other answer is final, and more bytes would not change it.
     *
     * @return between 1 and the smaller of {@code to - from} and {@link #MAX}; 0 only if the range is empty
     * @throws IndexOutOfBoundsException if the range does not lie in {@code buffer}
     */
    public int next(byte[] buffer, int from, int to) {
        Objects.checkFromToIndex(from, to, buffer.length);
        int length = Math.min(to - from, MAX);
        if (length <= MIN) {
            return length;
        }
        long[] table = gear;
        long hash = 0;
        int at = from + MIN;
        for (int end = from + Math.min(length, AVERAGE); at < end; at++) {
            hash = (hash << 1) + table[buffer[at] & 0xff];
            if ((hash & STRICT_MASK) == 0) {
                return at + 1 - from;
            }
        }
        for (int end = from + length; at < end; at++) {
            hash = (hash << 1) + table[buffer[at] & 0xff];
            if ((hash & EASY_MASK) == 0) {
                return at + 1 - from;
            }
        }
        return length;
    }
}
