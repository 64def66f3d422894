package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleTest {
    private static final int MANY = 100_000;

    @Test
    void aShareIsOfThatSizeAndAnotherOneEachTime() {
        LongPredicate one = Sample.of("5%", 1);
        LongPredicate other = Sample.of("5%", 2);
        long count = LongStream.range(0, MANY).filter(one).count();
        assertTrue(Math.abs(count - 5000) < 500, count + " of " + MANY);
        long both = LongStream.range(0, MANY).filter(one.and(other)).count();
        assertTrue(both < 1000, both + " of " + count + " are in both");
        assertEquals(MANY, LongStream.range(0, MANY).filter(Sample.of("100%", 7)).count());
    }

    @Test
    void allPartsTogetherAreAll() {
        BitSet seen = new BitSet();
        for (int part = 1; part <= 7; part++) {
            LongPredicate chosen = Sample.of(part + "/7", 5);
            LongStream.range(0, MANY).filter(chosen).forEach(number -> {
                assertTrue(!seen.get((int) number), number + " twice");
                seen.set((int) number);
            });
        }
        assertEquals(MANY, seen.cardinality());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0%", "101%", "-1%", "0/7", "8/7", "1/0", "a/b", "5 %"})
    void whatIsNoShareIsRefused(String text) {
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> Sample.of(text, 1)).code());
    }

    @Test
    void aDamagedBlockIsFoundByTheCheckOfItsPart() {
        try (Bench bench = new Bench()) {
            byte[] bytes = new byte[2_000_000];
            new Random(3).nextBytes(bytes);
            bench.t.write("/file", bytes);
            bench.t.commit(10);
            List<Row> blocks = bench.rows(Table.BLOCKS, new byte[0]);
            Row row = blocks.get(blocks.size() / 2);
            bench.flip(Table.BLOCKS, row, -1);
            int found = 0;
            long opened = 0;
            for (int part = 1; part <= 5; part++) {
                List<Finding> findings = bench.check(new Checker.Depth(Optional.of(Sample.of(part + "/5", 0)), false));
                found += findings.size();
                opened += bench.verdict.blocksOpened();
            }
            assertEquals(1, found);
            assertEquals(blocks.size(), opened);
        }
    }
}
