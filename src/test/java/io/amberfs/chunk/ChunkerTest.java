package io.amberfs.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChunkerTest {
    private static final int LARGE = 100_000_000;

    private final Chunker chunker = new Chunker(gear(1));

    @Test
    void aByteInsertedAtTheStartMakesLessThanOneMebibyteOfNewChunks() {
        byte[] before = random(2, LARGE);
        byte[] after = new byte[LARGE + 1];
        after[0] = 'x';
        System.arraycopy(before, 0, after, 1, LARGE);
        assertTrue(newBytes(before, after) < 1 << 20, () -> newBytes(before, after) + " new bytes");
    }

    @Test
    void bytesTakenOutOfTheMiddleMakeFewNewChunks() {
        byte[] before = random(3, 16 << 20);
        byte[] after = new byte[before.length - 777];
        int hole = 5_000_001;
        System.arraycopy(before, 0, after, 0, hole);
        System.arraycopy(before, hole + 777, after, hole, after.length - hole);
        assertTrue(newBytes(before, after) < 1 << 20, () -> newBytes(before, after) + " new bytes");
    }

    @Test
    void everyChunkButTheLastIsWithinMinAndMax() {
        List<Integer> cuts = cuts(chunker, mixed(4, 32 << 20));
        for (int length : cuts.subList(0, cuts.size() - 1)) {
            assertTrue(length >= Chunker.MIN && length <= Chunker.MAX, () -> "a chunk of " + length);
        }
        assertTrue(cuts.contains(Chunker.MAX), "no run was long enough to reach MAX: this test proved nothing");
    }

    @Test
    void chunksInOrderAreTheInput() {
        byte[] input = mixed(5, 8 << 20);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        int at = 0;
        for (int length : cuts(chunker, input)) {
            joined.write(input, at, length);
            at += length;
        }
        assertArrayEquals(input, joined.toByteArray());
    }

    @Test
    void anotherGearTableGivesOtherCuts() {
        byte[] input = random(6, 8 << 20);
        Set<Integer> shared = new HashSet<>(ends(cuts(chunker, input)));
        shared.retainAll(ends(cuts(new Chunker(gear(99)), input)));
        assertTrue(shared.size() <= 2, () -> "cuts shared: " + shared);
    }

    @Test
    void theTableIsCopied() {
        long[] mine = gear(1);
        Chunker copied = new Chunker(mine);
        Arrays.fill(mine, 0);
        byte[] input = random(7, 4 << 20);
        assertEquals(cuts(chunker, input), cuts(copied, input));
    }

    @Test
    void zerosAreCutAtMax() {
        assertEquals(List.of(Chunker.MAX, Chunker.MAX, Chunker.MAX, 5), cuts(chunker, new byte[3 * Chunker.MAX + 5]));
    }

    @Test
    void inputUpToMinIsOneChunk() {
        byte[] input = random(8, Chunker.MIN);
        for (int length : new int[] {0, 1, 4096, Chunker.MIN - 1, Chunker.MIN}) {
            assertEquals(length, chunker.next(input, 0, length));
        }
    }

    @Test
    void chunksOfRandomBytesAverageBetweenOneAndOneAndAHalfTimesTheAverage() {
        List<Integer> cuts = cuts(chunker, random(9, 64 << 20));
        double factor = (double) (64 << 20) / cuts.size() / Chunker.AVERAGE;
        assertTrue(factor > 1.0 && factor < 1.5, () -> "mean chunk is " + factor + " times the average");
    }

    @Test
    void inputFedInPiecesIsCutAsInOneGo() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] input = mixed(seed, 16 << 20);
        assertEquals(cuts(chunker, input), cutsInPieces(input, random), () -> "seed " + seed);
    }

    @Test
    void cutsDoNotDependOnThePlaceInTheBuffer() {
        byte[] input = random(10, 4 << 20);
        byte[] shifted = new byte[input.length + 4242];
        System.arraycopy(input, 0, shifted, 4241, input.length);
        int at = 0;
        for (int length : cuts(chunker, input)) {
            assertEquals(length, chunker.next(shifted, 4241 + at, 4241 + input.length));
            at += length;
        }
    }

    /** Stores keep these cuts for good: other ones would no longer be deduplicated against what a store already holds. */
    @Test
    void cutsAreTheSameInEveryRelease() {
        List<Integer> expected = List.of(137832, 50564, 89909, 129973, 68776, 75707, 71652, 67933, 79766, 106956, 77798, 66455, 25255);
        assertEquals(expected, cuts(chunker, random(11, 1 << 20)));
    }

    @Test
    void cutsAreThoseOfTheByteByByteDefinition() {
        long seed = System.nanoTime();
        byte[] input = mixed(seed, 8 << 20);
        long[] gear = gear(seed);
        List<Integer> expected = new ArrayList<>();
        for (int at = 0; at < input.length; at += expected.get(expected.size() - 1)) {
            expected.add(definition(gear, input, at));
        }
        assertEquals(expected, cuts(new Chunker(gear), input), () -> "seed " + seed);
    }

    @Test
    void aTableOfTheWrongLengthIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Chunker(new long[255]));
    }

    @Test
    void aRangeOutsideTheBufferIsRefused() {
        byte[] buffer = new byte[100];
        assertThrows(IndexOutOfBoundsException.class, () -> chunker.next(buffer, 0, 101));
        assertThrows(IndexOutOfBoundsException.class, () -> chunker.next(buffer, -1, 50));
        assertThrows(IndexOutOfBoundsException.class, () -> chunker.next(buffer, 51, 50));
    }

    /** The hash over all bytes after MIN, one by one: a cut where its top 17 bits are zero before AVERAGE, its top 15 bits after it. */
    private static int definition(long[] gear, byte[] input, int from) {
        int length = Math.min(input.length - from, Chunker.MAX);
        long hash = 0;
        for (int i = Chunker.MIN; i < length; i++) {
            hash = 2 * hash + gear[Byte.toUnsignedInt(input[from + i])];
            if (Long.numberOfLeadingZeros(hash) >= (i < Chunker.AVERAGE ? 17 : 15)) {
                return i + 1;
            }
        }
        return length;
    }

    /** Feeds {@code input} in pieces of random size and keeps what is not cut yet, as a writer does. */
    private List<Integer> cutsInPieces(byte[] input, Random random) {
        List<Integer> cuts = new ArrayList<>();
        byte[] kept = new byte[2 << 20];
        int held = 0;
        int fed = 0;
        while (fed < input.length || held > 0) {
            int piece = Math.min(Math.min(random.nextBoolean() ? 1 + random.nextInt(5000) : 1 + random.nextInt(1 << 20), kept.length - held),
                    input.length - fed);
            System.arraycopy(input, fed, kept, held, piece);
            fed += piece;
            held += piece;
            boolean last = fed == input.length;
            int at = 0;
            while (at < held) {
                int length = chunker.next(kept, at, held);
                if (at + length == held && length < Chunker.MAX && !last) {
                    break;
                }
                cuts.add(length);
                at += length;
            }
            System.arraycopy(kept, at, kept, 0, held - at);
            held -= at;
        }
        return cuts;
    }

    private long newBytes(byte[] before, byte[] after) {
        Set<ByteBuffer> known = new HashSet<>(pieces(before));
        return pieces(after).stream().filter(piece -> !known.contains(piece)).mapToLong(ByteBuffer::remaining).sum();
    }

    private List<ByteBuffer> pieces(byte[] input) {
        List<ByteBuffer> pieces = new ArrayList<>();
        int at = 0;
        for (int length : cuts(chunker, input)) {
            pieces.add(ByteBuffer.wrap(input, at, length));
            at += length;
        }
        return pieces;
    }

    private static List<Integer> cuts(Chunker chunker, byte[] input) {
        List<Integer> cuts = new ArrayList<>();
        for (int at = 0; at < input.length; at += cuts.get(cuts.size() - 1)) {
            cuts.add(chunker.next(input, at, input.length));
        }
        return cuts;
    }

    private static List<Integer> ends(List<Integer> lengths) {
        List<Integer> ends = new ArrayList<>();
        int at = 0;
        for (int length : lengths) {
            at += length;
            ends.add(at);
        }
        return ends;
    }

    private static long[] gear(long seed) {
        return new Random(seed).longs(Chunker.GEAR_LENGTH).toArray();
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Random bytes with runs of one value in between, some long enough to have no cut of their own. */
    private static byte[] mixed(long seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = random(seed, length);
        for (int at = random.nextInt(1 << 20); at < length; at += random.nextInt(1 << 20)) {
            int end = Math.min(length, at + random.nextInt(1 << 20));
            Arrays.fill(bytes, at, end, (byte) random.nextInt(256));
            at = end;
        }
        return bytes;
    }
}
