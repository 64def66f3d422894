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
        for (int at = 0; at < SIZE; at += 131_072) {
            read(at, 131_072);
            assertTrue(at == 0 || at + 2_000_000 > SIZE || loaded.get((at + 2_000_000) / UNIT), "after the request at " + at);
        }
        assertEquals(0, again);
        assertEquals((SIZE + UNIT - 1) / UNIT, loaded.length(), "up to the end and not past it");
    }

    @Test
    void requestsThatOvertakeEachOtherAreInOrder() {
        read(0, 1 << 20);
        for (int at = 1 << 20; at + (2 << 20) <= SIZE; at += 2 << 20) {
            read(at + (1 << 20), 1 << 20);
            read(at, 1 << 20);
        }
        assertEquals(0, again);
        assertTrue(loaded.cardinality() * (long) UNIT > SIZE * 0.9, loaded.cardinality() + " units");
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
