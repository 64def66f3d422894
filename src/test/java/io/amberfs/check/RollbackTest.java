package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.AttrChange;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.Point;
import io.amberfs.history.RowKey;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole drive as it was, and nothing else lost: whatever is open, and wherever it is broken off. */
class RollbackTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static List<String> differences(TestDrive t, long from, long to) {
        List<String> all = new ArrayList<>();
        t.drive.history().diff(from, to, d -> all.add(d.kind() + " " + new String(d.path(), StandardCharsets.UTF_8) + " " + d.what()));
        return all;
    }

    private static long rollback(TestDrive t, long epoch) {
        return t.drive.history().rollback(epoch, Invalidation.NONE).epoch();
    }

    private static void requireBack(Bench bench, long then, String what) {
        long now = bench.t.drive.volume().timeline().newestEpoch();
        assertEquals(DiffTest.seen(bench.t, then), DiffTest.seen(bench.t, now), what);
        assertEquals(List.of(), differences(bench.t, then, now), what);
        assertEquals(List.of(), bench.check(true), what);
    }

    @Test
    void theDriveIsWhatItWas() {
        System.out.println("RollbackTest seed " + SEED);
        Random random = new Random(SEED);
        RandomLife life = new RandomLife(bench, SEED);
        for (int round = 0; round < 12; round++) {
            life.steps(40);
            if (random.nextBoolean()) {
                ThinningTest.thinSome(bench, random);
            }
            long before = bench.t.drive.volume().timeline().newestEpoch();
            List<Long> epochs = bench.t.drive.volume().timeline().points().stream().map(Point::epoch).toList();
            long then = epochs.get(random.nextInt(epochs.size()));
            rollback(bench.t, then);
            requireBack(bench, then, "seed " + SEED + ", round " + round + ", back from " + before + " to " + then);
            if (random.nextBoolean()) {
                bench.remount();
                requireBack(bench, then, "seed " + SEED + ", round " + round + ", mounted anew");
            }
            if (random.nextBoolean()) {
                rollback(bench.t, before);
                requireBack(bench, before, "seed " + SEED + ", round " + round + ", and forth to " + before);
            }
        }
    }

    @Test
    void whoHasAFileOpenKeepsWhatTheyHaveOpen() {
        TestDrive t = bench.t;
        t.write("/changed", new byte[3_000_000]);
        t.write("/same", "same");
        t.drive.link(t.at("/changed"), t.parent("/twin"), TestDrive.last("/twin"));
        long then = t.commit(10);
        t.write("/new", "new");
        t.drive.unlink(t.parent("/twin"), TestDrive.last("/twin"));
        try (FileHandle changed = t.drive.open(t.at("/changed"), true, false, false); FileHandle fresh = t.drive.open(t.at("/new"), true, false, false);
             FileHandle same = t.drive.open(t.at("/same"), true, false, false); FileHandle nameless = t.drive.tmpfile(Node.ROOT, 0600, TestDrive.ROOT)) {
            write(changed, 1_000_000, "here");
            write(nameless, 0, "nameless");
            rollback(t, then);
            requireBack(bench, then, "while files are open");
            assertEquals("here", read(changed, 1_000_000, 4));
            assertEquals("new", read(fresh, 0, 3));
            assertEquals("nameless", read(nameless, 0, 8));
            assertEquals(0, changed.attr().nlink());
            assertEquals(2, t.drive.attr(t.at("/twin")).nlink());
            write(changed, 5, "afterwards");
            write(same, 0, "SAME");
            t.drive.sync();
            assertArrayEquals(new byte[3_000_000], t.read(t.at("/changed")));
            assertArrayEquals("SAME".getBytes(StandardCharsets.UTF_8), t.read(t.at("/same")));
        }
        t.commit(1);
        bench.remount();
        assertEquals(List.of(), bench.check(true));
        assertEquals(List.of("changed", "same", "twin"), bench.t.list(Node.ROOT).stream().sorted().toList());
    }

    private static void write(FileHandle handle, long at, String text) {
        handle.write(at, text.getBytes(StandardCharsets.UTF_8), 0, text.length());
    }

    private static String read(FileHandle handle, long at, int length) {
        byte[] bytes = new byte[length];
        handle.read(at, length, (to, source, offset, count) -> System.arraycopy(source, offset, bytes, to, count));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Of so many rows that they are recorded in several steps. */
    @Test
    void brokenOffAnywhereItIsGoneOnWithOrHasNotBegun() {
        for (int i = 0; i < 2600; i++) {
            bench.t.write("/kept" + i, "kept");
        }
        long then = bench.t.commit(10);
        for (int i = 0; i < 2600; i++) {
            bench.t.drive.unlink(Node.ROOT, Name.of("kept" + i));
            bench.t.write("/new" + i, "new");
        }
        long before = bench.t.commit(10);
        List<MemoryStore> crashes = new ArrayList<>();
        bench.store.watch(step -> crashes.addAll(step.outcomes()));
        try (FileHandle open = bench.t.drive.open(bench.t.at("/new7"), true, false, false)) {
            rollback(bench.t, then);
        }
        bench.store.watch(step -> { });
        Set<String> ends = new TreeSet<>();
        for (MemoryStore crashed : crashes) {
            try (Bench again = new Bench(crashed)) {
                boolean back = again.t.drive.volume().timeline().newestEpoch() > before && differences(again.t, then, again.t.drive.volume().timeline().newestEpoch()).isEmpty();
                assertTrue(back || differences(again.t, before, again.t.drive.volume().timeline().newestEpoch()).isEmpty());
                assertEquals(List.of(), again.check(true));
                ends.add(back ? "back" : "as before");
            }
        }
        System.out.println("RollbackTest: " + crashes.size() + " crashes");
        assertTrue(crashes.size() > 4, crashes.size() + " crashes");
        assertEquals(Set.of("as before", "back"), ends);
    }

    @Test
    void nothingIsChangedWhenSomethingOfThenIsDamaged() {
        bench.t.write("/file", "one");
        bench.t.write("/other", "one");
        long then = bench.t.commit(10);
        bench.t.write("/file", "two");
        bench.t.write("/other", "two");
        long before = bench.t.commit(10);
        Row row = bench.rows(Table.PAST, RowKey.of(1, RowKey.INODE, bench.ino("/other"))).get(0);
        bench.flip(Table.PAST, row, -1);
        Refusal refusal = assertThrows(Refusal.class, () -> rollback(bench.t, then));
        assertEquals(ExitCode.DAMAGE, refusal.code());
        assertEquals(before, bench.t.drive.volume().timeline().newestEpoch());
        assertEquals("two", new String(bench.t.read(bench.t.at("/file")), StandardCharsets.UTF_8));
    }

    /** A kernel remembers names and what is behind them. */
    @Test
    void whoRemembersThePresentIsToldOfAllThatIsAnother() {
        TestDrive t = bench.t;
        t.write("/gone", "gone");
        t.write("/changed", "one");
        long gone = ((Node.Present) t.at("/gone")).ino();
        long then = t.commit(10);
        t.drive.unlink(Node.ROOT, Name.of("gone"));
        t.write("/changed", "two");
        t.write("/new", "new");
        Set<String> told = new TreeSet<>();
        t.drive.history().rollback(then, new Invalidation() {
            @Override
            public void entry(Node directory, Name name) {
                told.add(((Node.Present) directory).ino() + "/" + name);
            }

            @Override
            public void inode(Node node) {
                told.add("inode " + ((Node.Present) node).ino());
            }

            @Override
            public void renewed(long[] inodes) {
                Arrays.stream(inodes).forEach(ino -> told.add("renewed " + ino));
            }

            @Override
            public void revised(LongPredicate epochs) {
                told.add("revised");
            }
        });
        long changed = ((Node.Present) t.at("/changed")).ino();
        assertTrue(told.containsAll(Set.of("1/gone", "1/new", "renewed " + gone, "renewed " + changed, "1/changed", "inode 1")), told.toString());
    }

    @Test
    void whatIsDamagedInThePresentComesBackAsItWas() {
        bench.t.write("/file", "one");
        bench.t.write("/gone", "gone");
        bench.t.write("/new", "new");
        bench.t.drive.unlink(Node.ROOT, Name.of("new"));
        long then = bench.t.commit(10);
        bench.t.write("/file", "two");
        bench.t.drive.unlink(Node.ROOT, Name.of("gone"));
        bench.t.write("/new", "new");
        bench.t.commit(10);
        long newest = bench.ino("/new");
        bench.flip(Table.LIVE, bench.inodeRow(bench.ino("/file")), -1);
        bench.flip(Table.LIVE, bench.inodeRow(newest), -1);
        bench.flip(Table.LIVE, bench.live(bench.direntKey(1, "new")), -1);
        bench.remount();
        rollback(bench.t, then);
        assertEquals("one", bench.t.text("/file"));
        assertEquals(List.of("file", "gone"), bench.t.list(Node.ROOT));
        bench.remount();
        assertEquals("one", bench.t.text("/file"));
        assertEquals("gone", bench.t.text("/gone"));
        bench.t.write("/file", "three");
        bench.t.commit(10);
    }

    @Test
    void whatComesBackCanBeChanged() {
        TestDrive t = bench.t;
        t.mkdir("/dir");
        t.write("/dir/file", "one");
        long then = t.commit(10);
        t.drive.unlink(t.at("/dir"), Name.of("file"));
        t.drive.rmdir(Node.ROOT, Name.of("dir"));
        rollback(t, then);
        for (String path : List.of("/dir", "/dir/file")) {
            t.drive.setAttr(t.at(path), AttrChange.mode(0700));
            assertEquals(0700, t.drive.attr(t.at(path)).mode() & 0777, path);
        }
        t.write("/dir/other", "other");
        requireWhole(bench);
    }

    private static void requireWhole(Bench bench) {
        bench.t.commit(1);
        assertEquals(List.of(), bench.check(true));
    }

    /** A store whose daemon ended in the middle of a rollback, and what had been before. */
    private MemoryStore halfDone() {
        for (int i = 0; i < 6000; i++) {
            bench.t.write("/kept" + i, "kept");
        }
        bench.t.commit(10);
        for (int i = 0; i < 6000; i++) {
            bench.t.drive.unlink(Node.ROOT, Name.of("kept" + i));
        }
        bench.t.write("/new", "new");
        long before = bench.t.commit(10);
        List<MemoryStore> crashes = new ArrayList<>();
        bench.store.watch(step -> crashes.addAll(step.outcomes()));
        rollback(bench.t, before - 1);
        bench.store.watch(step -> { });
        return crashes.get(crashes.size() - 3);
    }

    private static final byte[] NOTE = {'w', 0, 1};

    @Test
    void whatIsHalfDoneIsNotShownToWhoOnlyReads() {
        MemoryStore store = halfDone();
        assertTrue(store.get(Table.META, NOTE).isPresent());
        long newest;
        try (TestDrive t = new TestDrive(store.copy(), bench.t.now, true)) {
            newest = t.drive.volume().timeline().newestEpoch();
            assertEquals(Errno.EIO, assertThrows(FsException.class, () -> t.at("/new")).errno());
            assertEquals(Errno.EIO, assertThrows(FsException.class, () -> t.list(Node.ROOT)).errno());
            assertEquals(Mode.DIRECTORY, t.drive.attr(Node.ROOT).mode() & Mode.TYPE);
            Node snapshots = t.drive.lookup(Node.ROOT, Name.of(".snapshots"));
            assertFalse(t.list(snapshots).isEmpty());
            assertEquals("new", new String(t.read(t.at(newest, "/new")), StandardCharsets.UTF_8));
        }
        try (Bench again = new Bench(store)) {
            assertEquals(newest + 1, again.t.drive.volume().timeline().newestEpoch());
            assertEquals(6000, again.t.list(Node.ROOT).size());
            assertEquals(List.of(), again.check(true));
        }
    }

    @Test
    void whereTheNoteIsDamagedTheDriveIsAsBefore() {
        MemoryStore store = halfDone();
        byte[] note = store.get(Table.META, NOTE).orElseThrow();
        note[note.length - 1] ^= 1;
        store.write(new Batch().put(Table.META, NOTE, note));
        try (Bench again = new Bench(store)) {
            assertEquals("new", String.join(" ", again.t.list(Node.ROOT).stream().limit(3).toList()));
            assertEquals(List.of(), again.check(true));
        }
    }

    @Test
    void whereWhatWasToComeBackIsDamagedTheDriveIsAsBefore() {
        MemoryStore store = halfDone();
        List<Row> past = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor cursor = reading.cursor(Table.PAST, RowKey.kind(1, RowKey.INODE))) {
            while (cursor.next()) {
                past.add(new Row(cursor.key(), cursor.value()));
            }
        }
        Row last = past.stream().filter(row -> RowKey.numberOf(row.key()) == 2).findFirst().orElseThrow();
        byte[] value = last.value().clone();
        value[value.length - 1] ^= 1;
        store.write(new Batch().put(Table.PAST, last.key(), value));
        try (Bench again = new Bench(store)) {
            assertEquals("new", String.join(" ", again.t.list(Node.ROOT).stream().limit(3).toList()));
            again.t.write("/more", "more");
            again.remount();
            assertEquals(List.of("more", "new"), again.t.list(Node.ROOT));
        }
    }

    @Test
    void whatIsHalfDoneIsNotSeen() {
        for (int i = 0; i < 6000; i++) {
            bench.t.write("/kept" + i, "kept");
        }
        long then = bench.t.commit(10);
        for (int i = 0; i < 6000; i++) {
            bench.t.drive.unlink(Node.ROOT, Name.of("kept" + i));
        }
        bench.t.write("/new", "new");
        bench.t.commit(10);
        List<CompletableFuture<Integer>> listings = new ArrayList<>();
        bench.store.watch(step -> {
            listings.add(CompletableFuture.supplyAsync(() -> bench.t.list(Node.ROOT).size()));
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertTrue(listings.stream().allMatch(listing -> !listing.isDone() || listing.join() == 1));
        });
        rollback(bench.t, then);
        bench.store.watch(step -> { });
        assertTrue(listings.size() > 2, listings.size() + " steps");
        listings.forEach(listing -> assertTrue(Set.of(1, 6000).contains(listing.join()), listing.join() + " entries"));
    }
}
