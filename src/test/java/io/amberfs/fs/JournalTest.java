package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.RowKey;
import io.amberfs.model.FsException;
import io.amberfs.store.Cursor;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an fsync puts into the journal, when it is recorded instead, and what a crash leaves. {@link CrashTest} has all orders of operations. */
class JournalTest {
    private final MemoryStore store = new MemoryStore();
    private TestDrive t;
    private byte[] base;

    @BeforeEach
    void open() {
        t = new TestDrive(store);
        base = new byte[300_000];
        new Random(3).nextBytes(base);
        t.write("/f", base);
        t.write("/g", "gg");
        t.commit(1);
    }

    @AfterEach
    void close() {
        t.close();
    }

    private int journal() {
        return rows(Table.META, new byte[] {'j'});
    }

    private int rows(Table table, byte[] prefix) {
        return rows(store, table, prefix);
    }

    private static int rows(MemoryStore store, Table table, byte[] prefix) {
        int count = 0;
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(table, prefix)) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private void fsync(String path, long offset, byte[] bytes) {
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            if (bytes.length > 0) {
                handle.write(offset, bytes, 0, bytes.length);
            }
            handle.fsync(false);
        }
    }

    /** Shows the drive as a crash at this moment would leave it. */
    private void crashed(Consumer<TestDrive> look) {
        try (TestDrive after = new TestDrive(store.copy(), t.now)) {
            look.accept(after);
        }
    }

    private byte[] changed(long offset, byte[] bytes) {
        byte[] all = base.clone();
        System.arraycopy(bytes, 0, all, (int) offset, bytes.length);
        return all;
    }

    @Test
    void littleThatWasWrittenGoesIntoTheJournalAndNotIntoBlocks() {
        int blocks = rows(Table.BLOCKS, new byte[0]);
        for (int i = 0; i < 50; i++) {
            fsync("/f", 1000 + i, new byte[] {(byte) i, (byte) 77});
        }
        assertEquals(blocks, rows(Table.BLOCKS, new byte[0]));
        assertEquals(51, journal());
        byte[] written = new byte[51];
        for (int i = 0; i < 50; i++) {
            written[i] = (byte) i;
        }
        written[50] = 77;
        crashed(after -> assertArrayEquals(changed(1000, written), after.read("/f")));
        t.commit(1);
        assertEquals(0, journal());
        assertEquals(blocks + 1, rows(Table.BLOCKS, new byte[0]));
        crashed(after -> assertArrayEquals(changed(1000, written), after.read("/f")));
    }

    @Test
    void muchIsRecordedAtOnce() {
        fsync("/f", 10, new byte[200_000]);
        assertEquals(0, rows(Table.META, new byte[] {'j', 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}));
        crashed(after -> assertArrayEquals(changed(10, new byte[200_000]), after.read("/f")));
    }

    @Test
    void aRecordingForOneFileKeepsWhatTheJournalHadOfTheOthers() {
        fsync("/f", 10, new byte[] {1, 2, 3});
        MemoryStore crashed = store.copy();
        recordForAnother(t, store);
        try (TestDrive after = new TestDrive(crashed, t.now)) {
            recordForAnother(after, crashed);
        }
    }

    /** With more names than the journal takes. */
    private void recordForAnother(TestDrive drive, MemoryStore rows) {
        for (int i = 0; i < 200; i++) {
            drive.mkdir("/d" + i);
        }
        try (FileHandle handle = drive.drive.open(drive.at("/g"), true, false, false)) {
            handle.write(0, new byte[] {'h'}, 0, 1);
            handle.fsync(false);
        }
        assertEquals(0, rows(rows, Table.META, new byte[] {'j'}), "so many new names are recorded");
        try (TestDrive after = new TestDrive(rows.copy(), drive.now)) {
            assertArrayEquals(changed(10, new byte[] {1, 2, 3}), after.read("/f"));
            assertEquals("hg", after.text("/g"));
        }
    }

    @Test
    void namesAndAttributesAreInTheJournal() {
        t.write("/n", "new");
        t.drive.rename(t.parent("/n"), TestDrive.last("/n"), t.parent("/o"), TestDrive.last("/o"), RenameMode.REPLACE);
        t.mkdir("/d");
        t.drive.setAttr(t.at("/g"), AttrChange.mode(0600));
        t.drive.syncNames();
        assertEquals(1, journal());
        long files = t.drive.volume().totals().files();
        crashed(after -> {
            assertEquals("new", after.text("/o"));
            assertEquals(0600, after.drive.attr(after.at("/g")).mode() & 0777);
            assertEquals(files, after.drive.volume().totals().files());
            assertThrows(FsException.class, () -> after.at("/n"));
            long ino = ((Node.Present) after.drive.create(Node.ROOT, TestDrive.last("/after"), 0644, TestDrive.ROOT)).ino();
            assertTrue(ino > ((Node.Present) after.at("/d")).ino(), "a number was given twice");
        });
    }

    @Test
    void whatOverwritesTheJournalIsRecorded() {
        List<Consumer<FileHandle>> changes = List.of(handle -> handle.truncate(0), handle -> handle.truncate(500), handle -> handle.punch(0, 100_000),
            handle -> handle.copyTo(100_000, handle, 0, 50_000));
        for (Consumer<FileHandle> change : changes) {
            fsync("/f", 100, new byte[] {1, 2, 3});
            try (FileHandle handle = t.drive.open(t.at("/f"), true, false, false)) {
                change.accept(handle);
            }
            byte[] expected = t.read("/f");
            fsync("/g", 0, new byte[] {'h'});
            crashed(after -> assertArrayEquals(expected, after.read("/f")));
            t.write("/f", base);
            t.commit(1);
        }
    }

    @Test
    void timesThatAreSetStandAboveThoseOfTheJournal() {
        fsync("/f", 0, new byte[] {1});
        t.now.addAndGet(1_000);
        t.drive.setAttr(t.at("/f"), AttrChange.times(OptionalLong.of(5), OptionalLong.of(7)));
        fsync("/g", 0, new byte[] {'h'});
        crashed(after -> {
            assertEquals(7, after.drive.attr(after.at("/f")).mtime());
            assertEquals(1, after.read("/f")[0]);
        });
    }

    @Test
    void aFileThatWasRemovedStaysRemoved() {
        fsync("/f", 0, new byte[] {1});
        t.drive.unlink(Node.ROOT, TestDrive.last("/f"));
        fsync("/g", 0, new byte[] {'h'});
        crashed(after -> {
            assertThrows(FsException.class, () -> after.at("/f"));
            assertEquals("hg", after.text("/g"));
            assertEquals(0, orphans(after));
        });
    }

    private static int orphans(TestDrive drive) {
        int count = 0;
        byte[] prefix = RowKey.kind(1, RowKey.ORPHAN);
        try (var scan = drive.drive.volume().head().scan(prefix, prefix)) {
            while (scan.next()) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aDriveThatIsOpenedForReadingShowsTheJournalAndLeavesItAlone() {
        t.write("/n", "new");
        fsync("/f", 5, new byte[] {1, 2});
        int rows = journal();
        MemoryStore crashed = store.copy();
        try (TestDrive after = new TestDrive(crashed, t.now, true)) {
            assertArrayEquals(changed(5, new byte[] {1, 2}), after.read("/f"));
            after.drive.lookup(Node.ROOT, TestDrive.last("/n"));
            after.drive.sync();
            after.drive.syncNames();
            assertTrue(after.drive.tick().isEmpty());
        }
        assertTrue(rows > 1);
        try (Reading reading = crashed.reading(); Cursor left = reading.cursor(Table.META, new byte[] {'j'})) {
            while (left.next()) {
                rows--;
            }
        }
        assertEquals(0, rows);
    }

    @Test
    void aDriveThatCrashesAgainAndAgainGoesOnWithTheJournal() {
        byte[] expected = base.clone();
        MemoryStore now = store.copy();
        for (int crash = 0; crash < 5; crash++) {
            try (TestDrive drive = new TestDrive(now, t.now)) {
                assertArrayEquals(expected, drive.read("/f"));
                for (int i = 0; i < 3; i++) {
                    int at = crash * 100 + i * 7;
                    expected[at] = (byte) (crash + 100);
                    try (FileHandle handle = drive.drive.open(drive.at("/f"), true, false, false)) {
                        handle.write(at, new byte[] {(byte) (crash + 100)}, 0, 1);
                        handle.fsync(false);
                    }
                }
                now = ((MemoryStore) now).copy();
            }
        }
        try (TestDrive drive = new TestDrive(now, t.now)) {
            assertArrayEquals(expected, drive.read("/f"));
            drive.drive.sync();
            assertArrayEquals(expected, drive.read("/f"));
        }
    }

    @Test
    void theJournalEndsWhenItIsFull() {
        byte[] much = new byte[100_000];
        for (int i = 0; i < 400; i++) {
            new Random(i).nextBytes(much);
            fsync("/f", 0, much);
            assertTrue(journal() < 200, "the journal has " + journal() + " rows of 100 KB");
        }
        crashed(after -> assertArrayEquals(changed(0, much), after.read("/f")));
    }

    @Test
    void manyWhoSyncAtOnceAreAllServed() throws InterruptedException {
        int threads = 8;
        for (int i = 0; i < threads; i++) {
            t.write("/t" + i, new byte[4000]);
        }
        t.commit(1);
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int which = i;
            Thread thread = new Thread(() -> {
                try {
                    begin.await();
                    for (int step = 1; step <= 100; step++) {
                        byte[] bytes = new byte[4000];
                        Arrays.fill(bytes, (byte) step);
                        fsync("/t" + which, 0, bytes);
                        if (step % 25 == which) {
                            byte found = (byte) step;
                            crashed(after -> assertEquals(found, after.read("/t" + which)[3999]));
                        }
                    }
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.start();
            all.add(thread);
        }
        begin.countDown();
        for (int commit = 0; commit < 20; commit++) {
            t.commit(1);
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        crashed(after -> {
            for (int i = 0; i < threads; i++) {
                byte[] found = after.read("/t" + i);
                assertEquals(100, found[0]);
                assertEquals(100, found[3999]);
            }
        });
    }
}
