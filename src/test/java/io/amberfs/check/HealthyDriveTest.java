package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.RowKey;
import io.amberfs.store.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthyDriveTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int LIVES = 200;

    @Test
    void aDriveThatLivedAtRandomHasNoFindings() {
        System.out.println("HealthyDriveTest seed " + SEED);
        long blocks = 0;
        long[] live = new long[8];
        long[] past = new long[8];
        for (long seed = SEED; seed < SEED + LIVES; seed++) {
            try (Bench bench = new Bench()) {
                RandomLife life = new RandomLife(bench, seed);
                // Few live for long.
                for (int round = 0; round < (seed < SEED + 10 ? 4 : 2); round++) {
                    life.steps(seed < SEED + 10 ? 120 : 50);
                    assertEquals(List.of(), bench.check(true), "seed " + seed);
                    assertTrue(bench.verdict.isSound());
                    assertEquals(bench.t.drive.volume().totals().files(), bench.verdict.files());
                    blocks += bench.verdict.blocksOpened();
                }
                bench.remount();
                assertEquals(List.of(), bench.check(), "seed " + seed);
                for (int kind : new int[] {RowKey.INODE, RowKey.DIRENT, RowKey.REGION, RowKey.XATTR}) {
                    live[kind] += bench.rows(Table.LIVE, kind).size();
                    past[kind] += bench.rows(Table.PAST, kind).size();
                }
            }
        }
        assertTrue(blocks > 10 * LIVES, "only " + blocks + " blocks were opened");
        for (int kind : new int[] {RowKey.INODE, RowKey.DIRENT, RowKey.REGION, RowKey.XATTR}) {
            assertTrue(live[kind] > 3 && past[kind] > 3, "too few rows of kind " + kind + " to prove anything: " + live[kind] + " and " + past[kind]);
        }
    }

    @Test
    void aNewDriveHasNoFindings() {
        try (Bench bench = new Bench()) {
            assertEquals(List.of(), bench.check(true));
            assertEquals(1, bench.verdict.files());
        }
    }

    @Test
    void whatWasFsyncedSinceTheNewestCommitIsNoFinding() {
        try (Bench bench = new Bench()) {
            bench.t.write("/a", "one");
            bench.t.commit(1);
            try (var handle = bench.t.drive.open(bench.t.at("/a"), true, false, false)) {
                handle.write(0, new byte[100_000], 0, 100_000);
                handle.fsync(false);
            }
            assertEquals(List.of(), bench.check(true));
        }
    }

    @Test
    void aCheckThatIsStoppedIsNotSound() {
        try (Bench bench = new Bench()) {
            bench.t.write("/a", "one");
            bench.t.commit(1);
            bench.check(bench.store, false, (phase, done, total) -> !phase.equals("directory entries"));
            assertFalse(bench.verdict.complete());
            assertFalse(bench.verdict.isSound());
        }
    }
}
