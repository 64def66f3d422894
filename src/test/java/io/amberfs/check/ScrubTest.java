package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.history.RowKey;
import io.amberfs.history.RowSeal;
import io.amberfs.history.SessionRows;
import io.amberfs.model.Entropy;
import io.amberfs.model.ScrubState;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading everything, a little at a time. */
class ScrubTest {
    private static final byte[] MASTER = "a master key of exactly 32 bytes".getBytes(StandardCharsets.US_ASCII);
    private static final long DAY = 86_400_000_000_000L;

    private final Bench bench = new Bench();
    private final AtomicLong elapsed = new AtomicLong();
    private final Keys keys = new Keys(MASTER.clone());
    private final Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(bench.store));

    @BeforeEach
    void fill() {
        for (int i = 0; i < 5; i++) {
            bench.t.write("/f" + i, bytes(i));
            bench.t.write("/changed", bytes(10 + i));
            bench.t.commit(10);
        }
        bench.t.drive.snapshot("snapshot");
    }

    @AfterEach
    void close() {
        sealer.close();
        keys.close();
        bench.close();
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[300_000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Of which each look takes a nanosecond, so that a step of one reads one row. */
    private Scrub scrub() {
        return new Scrub(bench.store, () -> new Sealer(keys, Entropy.system(), new SessionRows(bench.store)), new RowSeal(sealer), bench.t.drive.blocks(), 1, bench.t.now::get,
            bench.store::write, elapsed::getAndIncrement);
    }

    private long rows() {
        long count = 0;
        for (Table table : Table.values()) {
            count += bench.rows(table, new byte[0]).size();
        }
        return count;
    }

    private static ScrubState pass(Scrub scrub) {
        assertTrue(scrub.step(Long.MAX_VALUE / 2));
        return scrub.state();
    }

    @Test
    void everyRowAndBlockIsReadOnceAlsoInStepsAndThroughRestarts() {
        long expected = rows();
        long read = 0;
        Scrub scrub = scrub();
        int steps = 0;
        while (!scrub.step(3)) {
            steps++;
            assertTrue(scrub.state().isUnderWay());
            assertTrue(scrub.state().rows() > read);
            read = scrub.state().rows();
            if (steps % 5 == 0) {
                scrub = scrub();
                assertEquals(read, scrub.state().rows());
            }
        }
        assertTrue(steps > 10, steps + " steps");
        assertTrue(read >= expected - 3 && read <= expected + 1, read + " of " + expected + " rows, one of which is of the scrub itself");
        assertFalse(scrub.state().isUnderWay());
        assertEquals(0, scrub.state().lastDamages());
        assertEquals(bench.t.now.get(), scrub.state().lastBegun());
        assertEquals(List.of(), bench.check(true));
    }

    @Test
    void whatIsDamagedIsCountedInEachTableAndNamedByTheCheck() {
        List<Row> blocks = bench.rows(Table.BLOCKS, new byte[0]);
        Row block = blocks.get(3);
        bench.flip(Table.BLOCKS, block, -1);
        bench.flip(Table.LIVE, bench.inodeRow(bench.ino("/f1")), -1);
        bench.flip(Table.PAST, bench.rows(Table.PAST, RowKey.INODE).get(0), -1);
        bench.flip(Table.COMMITS, bench.rows(Table.COMMITS, new byte[] {'c'}).get(1), -1);
        bench.flip(Table.INDEX, bench.rows(Table.INDEX, new byte[0]).get(1), -1);
        ScrubState state = pass(scrub());
        assertEquals(5, state.lastDamages());
        List<Long> bad = new ArrayList<>(state.bad());
        assertEquals(List.of(io.amberfs.store.KeyBytes.longAt(block.key(), 0)), bad);
    }

    /** Also in a process that has not read it itself. */
    @Test
    void aBlockThatWasFoundDamagedIsHealedByTheNextWriteOfItsContents() {
        bench.t.write("/once", bytes(77));
        bench.t.commit(10);
        List<Row> blocks = bench.rows(Table.BLOCKS, new byte[0]);
        bench.flip(Table.BLOCKS, blocks.get(blocks.size() - 1), -1);
        assertEquals(1, pass(scrub()).lastDamages());
        bench.remount();
        Scrub again = scrub();
        bench.t.write("/twice", bytes(77));
        bench.t.commit(10);
        bench.remount();
        assertArrayEquals(bytes(77), bench.t.read("/twice"));
        again = scrub();
        assertEquals(1, pass(again).lastDamages());
        bench.put(Table.BLOCKS, blocks.get(blocks.size() - 1).key(), blocks.get(blocks.size() - 1).value());
        ScrubState healed = pass(again);
        assertEquals(0, healed.lastDamages());
        assertEquals(List.of(), healed.bad());
    }

    @Test
    void itIsDueWhenItsTimeHasComeAndUntilItHasEnded() {
        Scrub scrub = scrub();
        assertFalse(scrub.isDue());
        scrub.every(30 * DAY);
        assertTrue(scrub.isDue(), "there was none yet");
        scrub.step(1);
        assertTrue(scrub.isDue(), "it is under way");
        pass(scrub);
        assertFalse(scrub.isDue());
        bench.t.now.addAndGet(29 * DAY);
        assertFalse(scrub().isDue());
        bench.t.now.addAndGet(DAY);
        assertTrue(scrub().isDue());
        scrub.every(0);
        assertFalse(scrub().isDue());
    }

    @Test
    void aDamagedNoteOfItBeginsAnew() {
        Scrub scrub = scrub();
        scrub.every(DAY);
        scrub.step(5);
        bench.flip(Table.META, bench.rows(Table.META, new byte[] {'x'}).get(0), -1);
        Scrub anew = scrub();
        assertEquals(0, anew.state().every());
        assertEquals(0, pass(anew).lastDamages());
    }
}
