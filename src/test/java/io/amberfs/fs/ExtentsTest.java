package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.codec.ExtentCodec;
import io.amberfs.model.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentsTest {
    private static final int SIZE = 400;

    /** Which byte of which block each byte is, 0 for a hole. */
    private static long[] bytes(List<Extent> extents) {
        long[] bytes = new long[SIZE];
        int end = 0;
        for (Extent extent : extents) {
            assertTrue(extent.offset() >= end && extent.length() > 0, () -> "out of order or empty: " + extents);
            end = extent.end();
            for (int i = 0; i < extent.length(); i++) {
                bytes[extent.offset() + i] = extent.block() << 20 | extent.blockOffset() + i;
            }
        }
        return bytes;
    }

    @Test
    void splicingDoesWhatOverwritingBytesDoes() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Extent> extents = List.of();
            long[] model = new long[SIZE];
            for (int step = 1; step <= 40; step++) {
                int from = random.nextInt(SIZE);
                int to = from + 1 + random.nextInt(SIZE - from);
                List<Extent> added = new ArrayList<>();
                int at = from;
                while (random.nextInt(4) > 0 && at < to) {
                    int length = 1 + random.nextInt(to - at);
                    int blockOffset = random.nextInt(50);
                    added.add(new Extent(at, length, random.nextBoolean() ? step : 1, blockOffset, 9));
                    at += length + random.nextInt(3);
                }
                extents = Extents.splice(extents, from, to, added);
                java.util.Arrays.fill(model, from, to, 0);
                long[] put = bytes(added);
                System.arraycopy(put, from, model, from, to - from);
                assertArrayEquals(model, bytes(extents), "seed " + seed + " step " + step);
                long mapped = java.util.Arrays.stream(model).filter(b -> b != 0).count();
                assertEquals(mapped, Extents.bytes(extents));
                assertEquals(extents, ExtentCodec.decodeRegion(ExtentCodec.encodeRegion(extents)));
            }
        }
    }

    @Test
    void neighboursThatGoOnInTheSameBlockBecomeOne() {
        Extent whole = new Extent(10, 90, 5, 0, 9);
        List<Extent> cut = Extents.splice(List.of(whole), 40, 60, List.of());
        assertEquals(List.of(new Extent(10, 30, 5, 0, 9), new Extent(60, 40, 5, 50, 9)), cut);
        assertEquals(List.of(whole), Extents.splice(cut, 40, 60, List.of(new Extent(40, 20, 5, 30, 9))));
    }
}
