package io.amberfs.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranges of block numbers, and the row that keeps them. */
class SurvivorsTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private final MemoryStore store = new MemoryStore();

    private static String shown(NumberRanges ranges) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ranges.count(); i++) {
            text.append(ranges.first(i)).append('-').append(ranges.until(i)).append(' ');
        }
        return text.toString().strip();
    }

    private void write(NumberRanges ranges, long limit) {
        Batch batch = new Batch();
        Survivors.write(store, batch, ranges, limit);
        store.write(batch);
    }

    private byte[] row(long index) {
        return store.get(Table.META, KeyBytes.join(new byte[] {'g'}, index)).orElseThrow();
    }

    @Test
    void theRowIsAsTheFormatHasIt() {
        write(new NumberRanges.Builder().add(1, 3).add(5, 300).build(), 1000);
        assertEquals("01" + "00000000000003e8" + "00" + "02" + "02" + "a702", HexFormat.of().formatHex(row(0)));
        assertEquals("1-3 5-300 1000-1200", shown(Survivors.read(store, 1200)));
        assertEquals("1-3 5-300", shown(Survivors.read(store, 1000)));
        assertEquals("1-999", shown(Survivors.read(store, 999)), "a list of what is yet to come is none");
    }

    @Test
    void manyRangesTakeSeveralRowsAndFewerTakeTheirPlace() {
        NumberRanges.Builder many = new NumberRanges.Builder();
        for (long number = 2; number < 100_000; number += 2) {
            many.add(number, number + 1);
        }
        NumberRanges ranges = many.build();
        write(ranges, 100_000);
        assertEquals(shown(ranges), shown(Survivors.read(store, 100_000)));
        row(3);
        write(NumberRanges.of(7, 9), 100_001);
        assertEquals("7-9", shown(Survivors.read(store, 100_001)));
        assertEquals(true, store.get(Table.META, KeyBytes.join(new byte[] {'g'}, 1)).isEmpty());
    }

    @Test
    void noneIsLeftAfterAllIsFreed() {
        write(NumberRanges.of(1, 1), 50);
        assertEquals("50-60", shown(Survivors.read(store, 60)));
    }

    @Test
    void whereARowIsMissingOrDamagedAllNumbersCount() {
        assertEquals("1-10", shown(Survivors.read(store, 10)));
        NumberRanges.Builder many = new NumberRanges.Builder();
        for (long number = 2; number < 70_000; number += 2) {
            many.add(number, number + 1);
        }
        write(many.build(), 100_000);
        byte[] second = row(1);
        store.write(new Batch().delete(Table.META, KeyBytes.join(new byte[] {'g'}, 1)));
        assertEquals("1-100000", shown(Survivors.read(store, 100_000)));
        for (byte[] bad : List.of(new byte[0], new byte[] {2}, HexFormat.of().parseHex("0100000000000186a1" + "0001"), HexFormat.of().parseHex("0100000000000186a0" + "00"),
            HexFormat.of().parseHex("0100000000000186a0" + "0000"), HexFormat.of().parseHex("0100000000000186a0" + "ffffffffffffffffff01"))) {
            store.write(new Batch().put(Table.META, KeyBytes.join(new byte[] {'g'}, 1), bad));
            assertEquals("1-100000", shown(Survivors.read(store, 100_000)), HexFormat.of().formatHex(bad));
        }
        store.write(new Batch().put(Table.META, KeyBytes.join(new byte[] {'g'}, 1), second));
        assertEquals(34_999, Survivors.read(store, 100_000).count());
    }

    @Test
    void rangesDoWhatAListOfNumbersDoes() {
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            NumberRanges.Builder builder = new NumberRanges.Builder();
            List<Long> numbers = new ArrayList<>();
            long at = random.nextInt(3);
            for (int i = random.nextInt(40); i > 0; i--) {
                long first = at + random.nextInt(4);
                at = first + 1 + random.nextInt(4);
                builder.add(first, at);
                for (long number = first; number < at; number++) {
                    numbers.add(number);
                }
            }
            NumberRanges ranges = builder.build();
            assertEquals(numbers.size(), ranges.size(), "seed " + SEED);
            for (long number = 0; number < at + 3; number++) {
                long limit = number;
                assertEquals(numbers.indexOf(number), ranges.place(number), "seed " + SEED);
                assertEquals(numbers.stream().filter(n -> n < limit).count(), ranges.below(number), "seed " + SEED);
            }
            for (int place = 0; place < numbers.size(); place++) {
                assertEquals(numbers.get(place), ranges.at(place), "seed " + SEED);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new NumberRanges.Builder().add(5, 9).add(8, 10));
        assertThrows(IllegalArgumentException.class, () -> new NumberRanges.Builder().add(5, 5));
    }
}
