package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.block.Reclaim;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Retainer;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.RowKey;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Retention;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nothing names goes, and nothing else, whatever is done meanwhile and wherever it is broken off. */
class ReclaimTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    /** Keeps nothing but the newest. */
    private static final Retention NOTHING = new Retention(0, 0, 0, 0, 0);

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Retainer.Freed reclaim(TestDrive t) {
        return t.drive.retainer().reclaim(false, 0, () -> false);
    }

    /** Nothing is left to be recorded or deleted, so that a pass makes no commit. */
    private static void settle(TestDrive t) {
        while (t.drive.tick().isPresent()) {
            t.now.incrementAndGet();
        }
    }

    private static void thinAll(TestDrive t) {
        t.drive.retainer().retain(NOTHING);
        t.drive.retainer().thin();
    }

    private static Set<Long> blocks(MemoryStore store) {
        Set<Long> numbers = new TreeSet<>();
        try (Bench view = new Bench(store.copy())) {
            view.rows(Table.BLOCKS, new byte[0]).forEach(row -> numbers.add(KeyBytes.longAt(row.key(), 0)));
        }
        return numbers;
    }

    private static Set<Long> named(MemoryStore store) {
        Set<Long> numbers = new TreeSet<>();
        try (Bench view = new Bench(store.copy()); Reading reading = view.store.reading()) {
            view.t.drive.volume().named(reading).forEach(numbers::add);
        }
        return numbers;
    }

    /** That there are the blocks that are named and no other ones, in both tables. */
    private static void requireExact(MemoryStore store, String what) {
        Set<Long> named = named(store);
        assertEquals(named, blocks(store), what);
        try (Bench view = new Bench(store.copy())) {
            assertEquals(List.of(), view.check(true), what);
            assertTrue(view.rows(Table.INDEX, new byte[0]).size() <= named.size(), what);
        }
    }

    @Test
    void whatIsNamedStaysAndNothingElse() {
        for (long seed = SEED; seed < SEED + 6; seed++) {
            System.out.println("ReclaimTest seed " + seed);
            Random random = new Random(seed);
            try (Bench life = new Bench()) {
                RandomLife steps = new RandomLife(life, seed);
                for (int round = 0; round < 4; round++) {
                    steps.steps(60);
                    String what = "seed " + seed + ", round " + round;
                    if (random.nextBoolean()) {
                        thinAll(life.t);
                    }
                    settle(life.t);
                    List<String> seen = Picture.of(life.store);
                    Retainer.Freed expected = life.t.drive.retainer().reclaim(true, 0, () -> false);
                    int before = blocks(life.store).size();
                    Retainer.Freed freed = reclaim(life.t);
                    assertEquals(String.join("\n", seen), String.join("\n", Picture.of(life.store)), what);
                    requireExact(life.store, what);
                    assertEquals(expected.blocks(), freed.blocks(), what);
                    assertEquals(before - blocks(life.store).size(), freed.blocks(), what);
                    assertEquals(0, reclaim(life.t).blocks(), what);
                    assertEquals(blocks(life.store).size(), life.t.drive.blocks().count(), what);
                }
            }
        }
    }

    @Test
    void whatACrashLeavesIsFreedByTheNextPass() {
        System.out.println("ReclaimTest seed " + SEED);
        new RandomLife(bench, SEED).steps(120);
        garbage(random(SEED, 2_000_000));
        settle(bench.t);
        List<String> seen = Picture.of(bench.store);
        List<MemoryStore> crashes = new ArrayList<>();
        bench.store.watch(step -> crashes.addAll(step.outcomes()));
        reclaim(bench.t);
        bench.store.watch(step -> { });
        assertTrue(crashes.size() > 5, crashes.size() + " steps");
        for (MemoryStore crashed : crashes) {
            assertEquals(String.join("\n", seen), String.join("\n", Picture.of(crashed)), "seed " + SEED);
            try (Bench again = new Bench(crashed)) {
                assertEquals(List.of(), again.check(true), "seed " + SEED);
                reclaim(again.t);
                requireExact(again.store, "seed " + SEED);
            }
        }
    }

    @Test
    void blocksThatACrashLeftWithoutARecordAreFreed() {
        List<MemoryStore> crashes = new ArrayList<>();
        bench.t.commit(1);
        bench.store.watch(step -> crashes.addAll(step.outcomes()));
        bench.t.write("/f", random(1, 3_000_000));
        bench.t.commit(1);
        bench.store.watch(step -> { });
        boolean wasTorn = false;
        for (MemoryStore crashed : crashes) {
            try (Bench again = new Bench(crashed)) {
                wasTorn |= !named(crashed).equals(blocks(crashed));
                reclaim(again.t);
                requireExact(crashed, "after a crash");
            }
        }
        assertTrue(wasTorn);
    }

    /** A pass by hand: from its beginning to what it finds named. */
    private Reclaim begun() {
        Reclaim pass = bench.t.drive.blocks().reclaim(false, () -> false);
        bench.t.drive.sync();
        try (Reading reading = bench.store.reading()) {
            bench.t.drive.volume().named(reading).forEach(pass::found);
        }
        return pass;
    }

    private void garbage(byte[] contents) {
        bench.t.write("/gone", contents);
        bench.t.commit(60);
        bench.t.drive.unlink(bench.t.parent("/gone"), TestDrive.last("/gone"));
        bench.t.commit(60);
        bench.t.drive.tick();
        bench.t.commit(60);
        thinAll(bench.t);
    }

    @Test
    void whatIsWrittenOnceMoreWhileItIsLookedForStays() {
        byte[] contents = random(2, 500_000);
        garbage(contents);
        int before = blocks(bench.store).size();
        try (Reclaim pass = begun()) {
            bench.t.write("/again", contents);
            bench.t.drive.sync();
            assertTrue(pass.condemn());
            assertEquals(0, pass.sweep(0, Runnable::run));
        }
        assertEquals(before, blocks(bench.store).size(), "it was deduplicated");
        assertArrayEquals(contents, bench.t.read("/again"));
        requireExact(bench.store, "");
    }

    @Test
    void nothingIsDeduplicatedAgainstWhatIsCondemned() {
        byte[] contents = random(3, 500_000);
        garbage(contents);
        try (Reclaim pass = begun()) {
            assertTrue(pass.condemn());
            bench.t.write("/again", contents);
            bench.t.drive.sync();
            assertTrue(pass.sweep(0, Runnable::run) > 3);
            bench.t.write("/and again", contents);
        }
        bench.t.drive.sync();
        bench.remount();
        assertArrayEquals(contents, bench.t.read("/again"));
        assertArrayEquals(contents, bench.t.read("/and again"));
        requireExact(bench.store, "");
        int before = blocks(bench.store).size();
        bench.t.write("/third", contents);
        bench.t.drive.sync();
        assertEquals(before, blocks(bench.store).size(), "the index leads to the new blocks");
    }

    /** They get new blocks between the moment when the row of the index is seen and the one when it is to go. */
    @Test
    void contentsThatGetNewBlocksMeanwhileKeepTheirRowInTheIndex() {
        byte[] contents = random(15, 500_000);
        garbage(contents);
        boolean[] isWritten = new boolean[1];
        try (Reclaim pass = begun()) {
            assertTrue(pass.condemn());
            pass.sweep(0, work -> {
                if (!isWritten[0]) {
                    isWritten[0] = true;
                    bench.t.write("/again", contents);
                    bench.t.drive.sync();
                }
                work.run();
            });
        }
        int before = blocks(bench.store).size();
        assertEquals(before, bench.rows(Table.INDEX, new byte[0]).size());
        bench.t.write("/third", contents);
        bench.t.drive.sync();
        assertEquals(before, blocks(bench.store).size());
        requireExact(bench.store, "");
    }

    /** Wherever it is stopped. */
    @Test
    void aPassThatIsStoppedLeavesTheRestToTheNext() {
        new RandomLife(bench, SEED).steps(100);
        garbage(random(16, 900_000));
        settle(bench.t);
        List<String> seen = Picture.of(bench.store);
        boolean isStopped = true;
        for (int calls = 0; isStopped; calls = calls * 5 / 4 + 1) {
            int[] left = {calls};
            isStopped = false;
            try {
                bench.t.drive.retainer().reclaim(false, 0, () -> left[0]-- <= 0);
            } catch (Reclaim.Stopped e) {
                isStopped = true;
            }
            assertEquals(List.of(), bench.check(true), "seed " + SEED);
        }
        assertEquals(String.join("\n", seen), String.join("\n", Picture.of(bench.store)), "seed " + SEED);
        requireExact(bench.store, "seed " + SEED);
    }

    @Test
    void aPassThatEndsBeforeItSweepsChangesNothing() {
        byte[] contents = random(4, 500_000);
        garbage(contents);
        int before = blocks(bench.store).size();
        try (Reclaim pass = begun()) {
            assertTrue(pass.condemn());
        }
        bench.t.write("/again", contents);
        bench.t.drive.sync();
        assertEquals(before, blocks(bench.store).size());
        requireExact(bench.store, "");
    }

    @Test
    void whatIsInHandStays() throws Exception {
        byte[] contents = random(5, 3_000_000);
        garbage(contents);
        Reclaim pass = begun();
        Thread condemning;
        try (var held = bench.t.drive.blocks().hands().hold()) {
            condemning = new Thread(pass::condemn);
            condemning.start();
            while (condemning.isAlive() && condemning.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            bench.t.write("/again", contents);
            bench.t.drive.sync();
        }
        condemning.join();
        assertEquals(0, pass.sweep(0, Runnable::run));
        pass.close();
        assertArrayEquals(contents, bench.t.read("/again"));
        requireExact(bench.store, "");
    }

    @Test
    void aRecordThatNamesWhatIsCondemnedIsRefused() {
        garbage(random(6, 100_000));
        long dead = blocks(bench.store).iterator().next();
        try (Reclaim pass = begun()) {
            assertTrue(pass.condemn());
            assertThrows(IllegalStateException.class, () -> bench.t.drive.blocks().name(dead));
        }
    }

    @Test
    void nothingIsFreedWhereARowCannotBeRead() {
        bench.t.write("/kept", random(7, 3_000_000));
        garbage(random(8, 500_000));
        Set<Long> before = blocks(bench.store);
        for (Row row : List.of(bench.rows(Table.LIVE, RowKey.REGION).get(0), bench.inodeRow(bench.ino("/kept")))) {
            bench.flip(Table.LIVE, row, -1);
            assertThrows(CorruptException.class, () -> reclaim(bench.t));
            assertEquals(before, blocks(bench.store));
            bench.put(Table.LIVE, row.key(), row.value());
        }
        bench.put(Table.PAST, new byte[] {0, 1, 9, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, new byte[9]);
        assertThrows(CorruptException.class, () -> reclaim(bench.t));
        assertEquals(before, blocks(bench.store));
        bench.delete(Table.PAST, new byte[] {0, 1, 9, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4});
        assertTrue(bench.t.drive.readOnly().isEmpty());
        assertTrue(reclaim(bench.t).blocks() > 0);
        requireExact(bench.store, "");
    }

    /** Behind the last volume there is no next one to go on with. */
    @Test
    void rowsOfTheLastVolumeThereCanBeEndTheWalk() {
        bench.put(Table.LIVE, new byte[] {-1, -1, RowKey.ORPHAN, 0, 0, 0, 0, 0, 0, 0, 1}, new byte[9]);
        garbage(random(18, 500_000));
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(java.time.Duration.ofSeconds(60), () -> assertTrue(reclaim(bench.t).blocks() > 0));
    }

    /** Whatever the list of what the last pass left says. */
    @Test
    void aWrongListOfWhatWasLeftLosesNothing() {
        bench.t.write("/first", random(9, 2_000_000));
        garbage(random(10, 500_000));
        bench.t.write("/last", random(11, 2_000_000));
        bench.t.commit(1);
        reclaim(bench.t);
        garbage(random(12, 500_000));
        byte[] key = KeyBytes.join(new byte[] {'g'}, 0);
        byte[] right = bench.store.get(Table.META, key).orElseThrow();
        byte[] none = java.util.Arrays.copyOf(right, 9);
        byte[] far = right.clone();
        far[1] = 0x7f;
        byte[] wide = KeyBytes.join(none, -1);
        Random random = new Random(SEED);
        List<byte[]> lists = new ArrayList<>(List.of(none, far, wide, new byte[0], new byte[] {7}, new byte[9]));
        for (int i = 0; i < 50; i++) {
            byte[] flipped = right.clone();
            flipped[random.nextInt(flipped.length)] ^= 1 << random.nextInt(8);
            lists.add(flipped);
        }
        for (byte[] list : lists) {
            MemoryStore copy = bench.store.copy();
            try (Bench again = new Bench(copy)) {
                again.put(Table.META, key, list);
                reclaim(again.t);
                assertTrue(blocks(copy).containsAll(named(copy)), "seed " + SEED);
                assertEquals(List.of(), again.check(true), "seed " + SEED + " " + Scope.hex(list));
            }
        }
    }

    @Test
    void beforeTheFirstPassAllNumbersCount() {
        garbage(random(13, 500_000));
        assertEquals(List.of(), bench.rows(Table.META, new byte[] {'g'}));
        assertTrue(reclaim(bench.t).blocks() > 0);
        assertEquals(1, bench.rows(Table.META, new byte[] {'g'}).size());
        bench.remount();
        assertEquals(blocks(bench.store).size(), bench.t.drive.blocks().count());
        requireExact(bench.store, "");
    }

    /** Its map of regions is deleted behind its back: a snapshot must not have that. */
    @Test
    void aSnapshotHoldsNothingOfWhatWasDeletedBefore() {
        garbageLeftTo("kept");
        thinAll(bench.t);
        assertTrue(reclaim(bench.t).blocks() > 3);
        assertEquals(0, blocks(bench.store).size());
    }

    private void garbageLeftTo(String snapshot) {
        bench.t.write("/large", random(17, 2_000_000));
        bench.t.commit(60);
        bench.t.drive.unlink(bench.t.parent("/large"), TestDrive.last("/large"));
        bench.t.now.addAndGet(60_000_000_000L);
        bench.t.drive.snapshot(snapshot);
        bench.t.write("/newer", "text");
        bench.t.commit(60);
    }

    @Test
    void whatIsOpenInThePastCanBeReadOn() {
        byte[] contents = random(14, 3_000_000);
        bench.t.write("/f", contents);
        long then = bench.t.commit(60);
        bench.t.write("/f", "other");
        bench.t.commit(60);
        try (FileHandle open = bench.t.drive.open(bench.t.at(then, "/f"), false, false, false)) {
            thinAll(bench.t);
            reclaim(bench.t);
            assertArrayEquals(contents, bench.t.read(open.node()));
            byte[] end = new byte[100];
            open.read(contents.length - 100, 100, (at, source, offset, length) -> System.arraycopy(source, offset, end, at, length));
            assertArrayEquals(java.util.Arrays.copyOfRange(contents, contents.length - 100, contents.length), end);
        }
        bench.t.drive.tick();
        thinAll(bench.t);
        assertTrue(reclaim(bench.t).blocks() > 0);
        assertFalse(blocks(bench.store).size() > 1);
    }
}
