package io.amberfs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that go give their room on disk back, and rows that stay are there. */
class EraseTest {
    private static final int ROWS = 1200;
    private static final int LENGTH = 64 << 10;
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    @TempDir
    Path temp;
    private RocksStore store;

    /** What goes, by number. */
    private record Dead(BitSet dead) implements Erasure {
        @Override
        public void goOn() {
        }

        @Override
        public double share(byte[] first, byte[] last) {
            int from = (int) KeyBytes.longAt(first, 0);
            int until = (int) KeyBytes.longAt(last, 0) + 1;
            return dead.get(from, until).cardinality() / (double) (until - from);
        }

        @Override
        public void gaps(byte[] first, byte[] last, BiConsumer<byte[], byte[]> gap) {
            for (long number = KeyBytes.longAt(first, 0); number <= KeyBytes.longAt(last, 0); number++) {
                if (dead.get((int) number)) {
                    gap.accept(KeyBytes.ofLong(number), KeyBytes.ofLong(number + 1));
                }
            }
        }
    }

    @BeforeEach
    void open() {
        store = new RocksStore(temp, Clock.system(), false);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] value(int number) {
        byte[] value = new byte[LENGTH];
        new Random(number).nextBytes(value);
        return value;
    }

    /** In runs, as blocks come, and some in batches. */
    private void fill(boolean batches) {
        List<Row> run = new ArrayList<>();
        for (int i = 1; i <= ROWS; i++) {
            if (batches && i % 300 < 20) {
                store.write(new Batch().put(Table.BLOCKS, KeyBytes.ofLong(i), value(i)));
            } else {
                run.add(new Row(KeyBytes.ofLong(i), value(i)));
            }
            if (run.size() == 200 || batches && i % 300 == 299) {
                store.ingest(Table.BLOCKS, run);
                run = new ArrayList<>();
            }
        }
    }

    private long disk() {
        try (Stream<Path> files = Files.walk(temp.resolve("rows"))) {
            return files.filter(file -> file.toString().endsWith(".sst")).mapToLong(file -> {
                try {
                    return Files.size(file);
                } catch (java.nio.file.NoSuchFileException e) {
                    return 0;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireLeft(BitSet gone, BitSet unknown) {
        for (int i = 1; i <= ROWS; i++) {
            boolean isThere = store.get(Table.BLOCKS, KeyBytes.ofLong(i)).isPresent();
            assertTrue(unknown.get(i) || isThere != gone.get(i), "row " + i + ", seed " + SEED);
            if (!gone.get(i)) {
                assertArrayEquals(value(i), store.get(Table.BLOCKS, KeyBytes.ofLong(i)).orElseThrow(), "row " + i);
            }
        }
    }

    @Test
    void theRoomOfWhatGoesComesBackAndWhatStaysIsThere() {
        fill(true);
        Random random = new Random(SEED);
        BitSet dead = new BitSet();
        dead.set(100, 700);
        for (int i = 700; i < ROWS; i++) {
            dead.set(i, random.nextInt(3) == 0);
        }
        long expected = (long) dead.cardinality() * LENGTH;
        long told = store.erasable(Table.BLOCKS, new Dead(dead));
        assertTrue(Math.abs(told - expected) < expected / 5, told + " of " + expected);
        assertEquals(List.of(), store.erase(Table.BLOCKS, new Dead(dead), 0));
        requireLeft(dead, new BitSet());
        long stays = (long) (ROWS - dead.cardinality()) * LENGTH;
        assertTrue(disk() < stays * 1.03, disk() + " bytes for " + stays);
        store.close();
        open();
        requireLeft(dead, new BitSet());
        assertEquals(List.of(), store.erase(Table.BLOCKS, new Dead(dead), 0), "once more");
        requireLeft(dead, new BitSet());
    }

    @Test
    void whatIsNotWorthBeingWrittenAnewIsToldToBeLeft() {
        fill(false);
        BitSet dead = new BitSet();
        dead.set(1, 600);
        dead.set(1000);
        List<Stretch> left = store.erase(Table.BLOCKS, new Dead(dead), 0.05);
        BitSet unknown = new BitSet();
        left.forEach(stretch -> unknown.set((int) KeyBytes.longAt(stretch.first(), 0), (int) KeyBytes.longAt(stretch.last(), 0) + 1));
        assertTrue(unknown.get(1000), left.size() + " stretches");
        assertTrue(store.get(Table.BLOCKS, KeyBytes.ofLong(1000)).isPresent());
        requireLeft(dead, unknown);
    }

    @Test
    void allThatGoesLeavesNothing() {
        fill(true);
        BitSet dead = new BitSet();
        dead.set(0, ROWS + 1);
        assertEquals(List.of(), store.erase(Table.BLOCKS, new Dead(dead), 0));
        requireLeft(dead, new BitSet());
        assertTrue(disk() < 100_000, disk() + " bytes");
    }

    @Test
    void deletedRowsOfTheOtherTablesGiveTheirRoomBack() {
        for (int i = 0; i < 200; i++) {
            store.write(new Batch().put(Table.PAST, KeyBytes.ofLong(i), value(i)));
        }
        store.compact(0.05);
        long before = disk();
        for (int i = 0; i < 190; i++) {
            store.write(new Batch().delete(Table.PAST, KeyBytes.ofLong(i)));
        }
        store.compact(0.05);
        assertTrue(disk() < before / 10, disk() + " of " + before);
        assertTrue(store.get(Table.PAST, KeyBytes.ofLong(195)).isPresent());
        assertFalse(store.get(Table.PAST, KeyBytes.ofLong(5)).isPresent());
    }
}
