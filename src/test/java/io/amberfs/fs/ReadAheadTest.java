package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final int UNIT = 4096;
    private static final int SIZE = 40_000_000;

    private final BitSet loaded = new BitSet();
    private long again;
    private final ReadAhead readAhead = new ReadAhead((view, body, from, to) -> {
        for (long at = from; at < to; at += UNIT) {
            again += loaded.get((int) (at / UNIT)) ? 1 : 0;
            loaded.set((int) (at / UNIT));
        }
    });

    private void read(long offset, int length) {
        readAhead.read(null, null, offset, offset + length, SIZE);
    }

    @Test
    void aFileThatIsReadInOrderIsLoadedOnceAheadOfItsReader() {
        int early = 3 * 131_072;
        for (int at = 0; at < SIZE; at += 131_072) {
            read(at, 131_072);
            assertTrue(at <= early || at + 2_000_000 > SIZE || loaded.get((at + 2_000_000) / UNIT), "after the request at " + at);
        }
        assertEquals(0, again);
        assertEquals((SIZE + UNIT - 1) / UNIT, loaded.length(), "up to the end and not past it");
    }

    @Test
    void requestsThatOvertakeEachOtherAreInOrder() {
        int length = 128 << 10;
        read(0, length);
        for (int at = length; at + 2 * length <= SIZE; at += 2 * length) {
            read(at + length, length);
            read(at, length);
        }
        assertEquals(0, again);
        assertTrue(loaded.cardinality() * (long) UNIT > SIZE * 0.9, loaded.cardinality() + " units");
    }

    @Test
    void whoAsksForMuchReadsAheadByItself() {
        for (int at = 0; at + (1 << 20) <= SIZE; at += 1 << 20) {
            read(at, 1 << 20);
        }
        assertEquals(0, loaded.cardinality());
    }

    /** Its window is four times as large each time, then twice; so it is for a program that reads 4 KiB at a time. */
    @Test
    void nothingIsLoadedWhileTheWindowOfAKernelGrows() {
        int at = 0;
        for (int length : new int[] {16 << 10, 64 << 10, 256 << 10, 512 << 10, 1 << 20, 1 << 20, 1 << 20}) {
            read(at, length);
            at += length;
        }
        assertEquals(0, loaded.cardinality());
    }

    @Test
    void whoAsksForLittleAgainIsReadAheadOfAgain() {
        int at = 0;
        for (; at < 8 << 20; at += 1 << 20) {
            read(at, 1 << 20);
        }
        for (int i = 0; i < 5; i++, at += UNIT) {
            read(at, UNIT);
        }
        assertTrue(loaded.get((at + 2_000_000) / UNIT));
        assertEquals(-1, loaded.previousSetBit((8 << 20) / UNIT - 1), "nothing that was read already");
    }

    @Test
    void atRandomNothingIsLoadedAhead() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            read((long) random.nextInt(SIZE / UNIT - 1) * UNIT, UNIT);
        }
        assertTrue(loaded.cardinality() * (long) UNIT < SIZE / 2, loaded.cardinality() + " units");
    }
}
