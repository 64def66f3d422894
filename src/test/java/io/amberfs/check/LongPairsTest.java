package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LongPairsTest {
    @Test
    void pairsAreFoundByTheirFirstNumberOnceSorted() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        LongPairs pairs = new LongPairs();
        for (int i = 0; i < 5000; i++) {
            long first = random.nextLong() >>> 1;
            pairs.add(first, ~first);
        }
        pairs.sort();
        for (int i = 0; i < pairs.size(); i++) {
            assertTrue(i == 0 || pairs.first(i - 1) <= pairs.first(i), "seed " + seed);
            assertEquals(~pairs.first(i), pairs.second(pairs.find(pairs.first(i))), "seed " + seed);
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        LongPairs pairs = new LongPairs();
        pairs.sort();
        assertTrue(pairs.find(7) < 0);
    }
}
