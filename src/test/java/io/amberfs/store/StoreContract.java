package io.amberfs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every {@link Store} promises. */
interface StoreContract {
    /** The store under test; the same one at each call. */
    Store store();

    private static byte[] key(Random random) {
        byte[] key = new byte[1 + random.nextInt(3)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(3) * 127 + random.nextInt(2));
        }
        return key;
    }

    private static void assertRow(Optional<Map.Entry<byte[], byte[]>> expected, boolean valid, Cursor cursor, String when) {
        assertEquals(expected.isPresent(), valid, when);
        expected.ifPresent(row -> {
            assertArrayEquals(row.getKey(), cursor.key(), when);
            assertArrayEquals(row.getValue(), cursor.value(), when);
        });
    }

    private static void walk(Reading reading, NavigableMap<byte[], byte[]> all, byte[] prefix, Random random, String when) {
        NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
        all.forEach((key, value) -> {
            if (KeyBytes.startsWith(key, prefix)) {
                rows.put(key, value);
            }
        });
        try (Cursor cursor = reading.cursor(Table.LIVE, prefix)) {
            for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
                assertRow(Optional.of(row), cursor.next(), cursor, when);
            }
            assertFalse(cursor.next(), when);
            assertRow(Optional.ofNullable(rows.lastEntry()), cursor.last(), cursor, when);
            byte[] within = KeyBytes.join(prefix, random.nextLong());
            assertRow(Optional.ofNullable(rows.floorEntry(within)), cursor.seekBack(within), cursor, when);
            Optional<Map.Entry<byte[], byte[]>> first = Optional.ofNullable(rows.ceilingEntry(within));
            assertRow(first, cursor.seek(within), cursor, when);
            if (first.isPresent()) {
                assertRow(Optional.ofNullable(rows.higherEntry(first.get().getKey())), cursor.next(), cursor, when);
            }
        }
    }

    @Test
    default void aRowIsReadIntoAnArrayAsFarAsItFits() {
        Batch batch = new Batch();
        batch.put(Table.BLOCKS, new byte[] {1}, new byte[] {1, 2, 3, 4});
        batch.put(Table.BLOCKS, new byte[] {2}, new byte[0]);
        store().write(batch);
        byte[] into = {9, 9, 9, 9, 9};
        assertEquals(4, store().get(Table.BLOCKS, new byte[] {1}, into));
        assertArrayEquals(new byte[] {1, 2, 3, 4, 9}, into);
        byte[] small = new byte[3];
        assertEquals(4, store().get(Table.BLOCKS, new byte[] {1}, small));
        assertArrayEquals(new byte[] {1, 2, 3}, small);
        assertEquals(0, store().get(Table.BLOCKS, new byte[] {2}, into));
        assertEquals(-1, store().get(Table.BLOCKS, new byte[] {3}, into));
    }

    @Test
    default void batchesAndCursorsDoWhatASortedMapDoes() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            Batch clear = new Batch();
            try (Reading reading = store().reading(); Cursor old = reading.cursor(Table.LIVE, new byte[0])) {
                while (old.next()) {
                    clear.delete(Table.LIVE, old.key());
                }
            }
            store().write(clear);
            for (int step = 0; step < 12; step++) {
                String when = "seed " + seed + " step " + step;
                Batch batch = new Batch();
                for (int i = random.nextInt(12); i >= 0; i--) {
                    byte[] key = key(random);
                    if (random.nextInt(3) == 0) {
                        batch.delete(Table.LIVE, key);
                        model.remove(key);
                    } else {
                        byte[] value = new byte[random.nextInt(40)];
                        random.nextBytes(value);
                        batch.put(Table.LIVE, key, value);
                        model.put(key, value);
                    }
                }
                store().write(batch);
                List<byte[]> keys = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    keys.add(key(random));
                }
                List<Optional<byte[]>> found = store().getAll(Table.LIVE, keys);
                for (int i = 0; i < 8; i++) {
                    byte[] expected = model.get(keys.get(i));
                    assertArrayEquals(expected, found.get(i).orElse(null), when);
                    assertArrayEquals(expected, store().get(Table.LIVE, keys.get(i)).orElse(null), when);
                    assertFalse(store().get(Table.PAST, keys.get(i)).isPresent(), when);
                }
                try (Reading reading = store().reading()) {
                    walk(reading, model, new byte[0], random, when);
                    walk(reading, model, key(random), random, when);
                    walk(reading, model, new byte[] {(byte) 0xff}, random, when);
                }
            }
        }
    }

    @Test
    default void aReadingIsFrozen() {
        store().write(new Batch().put(Table.META, new byte[] {1}, new byte[] {1}).put(Table.META, new byte[] {2}, new byte[] {1}));
        try (Reading reading = store().reading(); Cursor cursor = reading.cursor(Table.META, new byte[0])) {
            store().write(new Batch().put(Table.META, new byte[] {1}, new byte[] {2}).delete(Table.META, new byte[] {2}).put(Table.META, new byte[] {3}, new byte[] {2}));
            assertArrayEquals(new byte[] {1}, reading.get(Table.META, new byte[] {1}).orElseThrow());
            assertFalse(reading.get(Table.META, new byte[] {3}).isPresent());
            assertTrue(cursor.next() && cursor.value()[0] == 1 && cursor.next() && cursor.key()[0] == 2 && !cursor.next());
        }
        assertFalse(store().get(Table.META, new byte[] {2}).isPresent());
    }

    @Test
    default void anIngestedRunIsThereBesideRowsOfBatches() {
        store().write(new Batch().put(Table.BLOCKS, KeyBytes.ofLong(1), new byte[] {1}));
        List<Row> run = new ArrayList<>();
        for (long number = 2; number < 200; number++) {
            run.add(new Row(KeyBytes.ofLong(number), new byte[5000]));
        }
        store().ingest(Table.BLOCKS, run);
        store().write(new Batch().put(Table.BLOCKS, KeyBytes.ofLong(200), new byte[] {2}));
        store().ingest(Table.BLOCKS, List.of(new Row(KeyBytes.ofLong(201), new byte[] {3})));
        try (Reading reading = store().reading(); Cursor cursor = reading.cursor(Table.BLOCKS, new byte[0])) {
            for (long number = 1; number <= 201; number++) {
                assertTrue(cursor.next());
                assertEquals(number, KeyBytes.longAt(cursor.key(), 0));
            }
            assertFalse(cursor.next());
        }
        assertEquals(5000, store().get(Table.BLOCKS, KeyBytes.ofLong(199)).orElseThrow().length);
    }

    @Test
    default void theLastOfTwoChangesOfOneRowCounts() {
        store().write(new Batch().put(Table.META, new byte[] {9}, new byte[] {1}).delete(Table.META, new byte[] {9}).put(Table.META, new byte[] {8}, new byte[0]));
        assertFalse(store().get(Table.META, new byte[] {9}).isPresent());
        assertEquals(0, store().get(Table.META, new byte[] {8}).orElseThrow().length);
        assertTrue(store().freeBytes() > 0 && store().totalBytes() >= store().freeBytes() && store().usedBytes() >= 0);
    }
}
