package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.fs.Usage;
import io.amberfs.model.Name;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told to come back does come back, to the byte. */
class UsageTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final Retention NOTHING = new Retention(0, 0, 0, 0, 0);

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static long blockBytes(Bench of) {
        return of.rows(Table.BLOCKS, new byte[0]).stream().mapToLong(row -> row.value().length).sum();
    }

    private static void settle(TestDrive t) {
        while (t.drive.tick().isPresent()) {
            t.now.incrementAndGet();
        }
    }

    private static void free(TestDrive t) {
        t.drive.retainer().thin();
        t.drive.retainer().reclaim(false, 0, () -> false);
    }

    /** How many bytes of blocks go if these snapshots are deleted. */
    private static long freedWith(MemoryStore store, List<Snapshot> deleted) {
        try (Bench copy = new Bench(store.copy())) {
            free(copy.t);
            long before = blockBytes(copy);
            deleted.forEach(snapshot -> copy.t.drive.snapshots().delete(snapshot.name()));
            free(copy.t);
            return before - blockBytes(copy);
        }
    }

    @Test
    void deletingASnapshotFreesWhatWasTold() {
        System.out.println("UsageTest seed " + SEED);
        long freed = 0;
        for (long seed = SEED; seed < SEED + 4; seed++) {
            try (Bench life = new Bench()) {
                new RandomLife(life, seed).steps(200);
                life.t.now.addAndGet(1_000_000_000L);
                life.t.drive.snapshot("one more");
                life.t.write("/newest", "text");
                life.t.drive.retainer().retain(NOTHING);
                settle(life.t);
                life.t.drive.retainer().thin();
                Usage usage = life.t.drive.retainer().usage();
                long all = blockBytes(life);
                String what = "seed " + seed;
                assertEquals(all, usage.stored() + usage.unneeded(), what);
                List<Snapshot> snapshots = life.t.drive.volume().timeline().snapshots();
                assertEquals(snapshots, usage.snapshots().stream().map(Usage.Share::snapshot).toList(), what);
                for (Usage.Share share : usage.snapshots()) {
                    assertEquals(share.freed(), freedWith(life.store, List.of(share.snapshot())), what + ", " + share.snapshot().name());
                    freed += share.freed();
                }
                assertEquals(usage.history(), freedWith(life.store, snapshots), what);
                free(life.t);
                Usage after = life.t.drive.retainer().usage();
                assertEquals(usage.unneeded(), all - blockBytes(life), what);
                assertEquals(0, after.unneeded(), what);
                assertEquals(usage.stored(), after.stored(), what);
                assertEquals(usage.unique(), after.unique(), what);
                assertEquals(usage.logical(), life.t.drive.volume().totals().logicalBytes(), what);
            }
        }
        assertTrue(freed > 0, "seed " + SEED);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void twoFilesOfOneContentAreThereOnce() {
        bench.t.write("/a", random(1, 300_000));
        bench.t.write("/b", random(1, 300_000));
        Usage usage = bench.t.drive.retainer().usage();
        assertEquals(List.of(600_000L, 300_000L, 300_000L, 0L, 0L), List.of(usage.logical(), usage.distinct(), usage.unique(), usage.history(), usage.unneeded()));
        assertEquals(3, usage.files(), "the root included");
        assertTrue(usage.stored() > 300_000 && usage.stored() < 303_000, usage.toString());
    }

    @Test
    void whatOnlyASnapshotHasIsFreedWithIt() {
        bench.t.write("/a", random(2, 300_000));
        bench.t.commit(10);
        bench.t.drive.snapshot("first");
        long epoch = bench.t.drive.volume().timeline().newestEpoch();
        bench.t.write("/a", random(3, 1000));
        bench.t.commit(10);
        settle(bench.t);
        bench.t.write("/newer", "text");
        bench.t.commit(10);
        bench.t.drive.retainer().retain(NOTHING);
        bench.t.drive.retainer().thin();
        Usage.Share share = bench.t.drive.retainer().usage().snapshots().get(0);
        assertEquals(epoch, share.snapshot().epoch());
        assertTrue(share.only() > 300_000 && share.only() == share.freed(), share.toString());
        assertEquals(share.only(), bench.t.drive.retainer().usage().history());
    }

    private static Map<String, Long> spending(TestDrive t, String within) {
        Map<String, Long> spent = new TreeMap<>();
        t.drive.retainer().spending(within.getBytes(StandardCharsets.UTF_8), () -> false).forEach((path, bytes) -> spent.put(StandardCharsets.UTF_8.decode(path.duplicate()).toString(), bytes));
        return spent;
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatThePastTakesIsToldByWhereItWas() {
        TestDrive t = bench.t;
        t.mkdir("/a");
        t.mkdir("/a/deep");
        t.mkdir("/b");
        t.write("/a/deep/file", random(1, 400_000));
        t.write("/a/file", random(2, 200_000));
        t.write("/b/gone", random(3, 3_000_000));
        t.write("/kept", random(4, 500_000));
        t.write("/same", random(5, 100_000));
        t.commit(10);
        t.write("/a/deep/file", random(6, 10));
        t.write("/a/file", random(7, 10));
        t.drive.unlink(t.at("/b"), Name.of("gone"));
        t.write("/same2", random(5, 100_000));
        t.drive.unlink(Node.ROOT, Name.of("same"));
        t.commit(10);
        settle(t);
        Map<String, Long> root = spending(t, "");
        assertEquals(Set.of("a", "b"), root.keySet());
        assertTrue(root.get("a") > 600_000 && root.get("a") < 620_000 && root.get("b") > 3_000_000 && root.get("b") < 3_050_000, root.toString());
        assertEquals(Set.of("a/deep", "a/file"), spending(t, "a").keySet());
        assertEquals(Map.of("a/deep/file", spending(t, "a").get("a/deep")), spending(t, "a/deep"));
        assertEquals(Map.of(), spending(t, "kept"));
        assertEquals(t.drive.retainer().usage().history(), root.values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void ofRandomLivesAllThatThePastTakesIsToldOnce() {
        System.out.println("UsageTest seed " + SEED);
        for (long seed = SEED; seed < SEED + 4; seed++) {
            try (Bench life = new Bench()) {
                new RandomLife(life, seed).steps(150);
                settle(life.t);
                long told = spending(life.t, "").values().stream().mapToLong(Long::longValue).sum();
                assertEquals(life.t.drive.retainer().usage().history(), told, "seed " + seed);
            }
        }
    }
}
