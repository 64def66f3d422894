package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.store.MemoryStore;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriveTest {
    private final MemoryStore store = new MemoryStore();
    private TestDrive t = new TestDrive(store);

    @AfterEach
    void close() {
        t.close();
    }

    private void remount() {
        t.close();
        t = new TestDrive(store, t.now);
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }

    @Test
    void aFileReadsBackBeforeAndAfterRemounting() {
        t.mkdir("/docs");
        t.write("/docs/a.txt", "hello");
        assertEquals("hello", t.text("/docs/a.txt"));
        remount();
        assertEquals("hello", t.text("/docs/a.txt"));
        assertEquals(List.of("a.txt"), t.list(t.at("/docs")));
    }

    @Test
    void largeRandomContentsReadBack() {
        byte[] bytes = new byte[11_234_567];
        new Random(1).nextBytes(bytes);
        t.write("/big", bytes);
        assertArrayEquals(bytes, t.read("/big"));
        remount();
        assertArrayEquals(bytes, t.read("/big"));
    }

    @Test
    void thePastIsEnteredByTime() {
        t.write("/a", "one");
        long first = t.commit(10);
        t.write("/a", "two");
        t.commit(10);
        assertEquals("one", new String(t.read(t.at(first, "/a"))));
        assertEquals("one", t.text("/.snapshots/2024-06-18T10:00:15/a"));
        assertEquals("two", t.text("/.snapshots/2024-06-18T10:00:20/a"));
        assertEquals("two", t.text("/.snapshots/now/a"));
        assertEquals(Errno.ENOENT, errno(() -> t.at("/.snapshots/2024-06-18T09:59/a")));
        assertEquals(Errno.ENOENT, errno(() -> t.at("/.snapshots/2024-06-18T11:00/a")));
    }

    @Test
    void aSnapshotIsAFolderAndThePastCannotBeChanged() {
        t.write("/a", "one");
        t.mkdir("/.snapshots/before");
        t.drive.unlink(Node.ROOT, TestDrive.last("a"));
        assertEquals("one", t.text("/.snapshots/before/a"));
        assertEquals(Errno.EROFS, errno(() -> t.drive.unlink(t.at("/.snapshots/before"), TestDrive.last("a"))));
        assertEquals(Errno.EROFS, errno(() -> t.write("/.snapshots/before/a", "x")));
        remount();
        assertEquals("one", t.text("/.snapshots/before/a"));
    }

    @Test
    void scatteredWritesAreInstalledTogetherWhereTheyBelong() {
        long seed = Long.getLong("amberfs.seed", System.nanoTime());
        System.out.println("DriveTest seed " + seed);
        Random random = new Random(seed);
        byte[] expected = new byte[6 << 20];
        random.nextBytes(expected);
        t.write("/f", expected);
        t.commit(1);
        for (int round = 0; round < 3; round++) {
            try (FileHandle handle = t.drive.open(t.at("/f"), true, false, false)) {
                for (int i = 0; i < 500; i++) {
                    byte[] page = new byte[random.nextInt(20) == 0 ? 1 + random.nextInt(40_000) : 4096];
                    random.nextBytes(page);
                    int at = random.nextInt(expected.length - page.length);
                    handle.write(at, page, 0, page.length);
                    System.arraycopy(page, 0, expected, at, page.length);
                }
            }
            t.commit(1);
            assertArrayEquals(expected, t.read("/f"), "seed " + seed);
            assertEquals(expected.length, t.drive.attr(t.at("/f")).stored());
        }
        remount();
        assertArrayEquals(expected, t.read("/f"), "seed " + seed);
    }

    @Test
    void versionsListsEachDistinctVersion() {
        t.write("/a", "one");
        t.commit(10);
        t.write("/a", "two!");
        t.commit(10);
        t.drive.unlink(Node.ROOT, TestDrive.last("a"));
        t.commit(10);
        assertEquals(List.of("a"), t.list(t.at("/.versions")));
        assertEquals(List.of("2024-06-18T10:00:10", "2024-06-18T10:00:20"), t.list(t.at("/.versions/a")));
        assertEquals("one", t.text("/.versions/a/2024-06-18T10:00:10"));
    }

    @Test
    void anUnlinkedFileLivesWhileItIsOpen() {
        t.write("/a", "one");
        FileHandle handle = t.drive.open(t.at("/a"), true, false, false);
        t.drive.unlink(Node.ROOT, TestDrive.last("a"));
        handle.write(3, new byte[] {'!'}, 0, 1);
        assertEquals(4, handle.attr().size());
        t.commit(1);
        assertEquals(0, handle.attr().nlink());
        handle.close();
        assertEquals(1, t.drive.volume().totals().files());
    }
}
