package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files that are made without a name. */
class NamelessTest {
    private static final Name A = Name.of("a");

    private final MemoryStore store = new MemoryStore();
    private TestDrive t = new TestDrive(store);

    @AfterEach
    void close() {
        t.close();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }

    private boolean hasOrphans() {
        byte[] orphans = RowKey.kind(1, RowKey.ORPHAN);
        try (Scan scan = t.drive.volume().head().scan(orphans, orphans)) {
            return scan.next();
        }
    }

    @Test
    void aFileWithoutANameIsWrittenReadAndGoneWhenItIsClosed() {
        byte[] bytes = bytes(300_000);
        try (FileHandle handle = t.drive.tmpfile(Node.ROOT, 0640, new Caller(7, 8, 0))) {
            handle.write(0, bytes, 0, bytes.length);
            assertArrayEquals(bytes, TreeComparison.read(handle, 0, bytes.length + 1));
            Attr attr = handle.attr();
            assertEquals(List.of(Mode.FILE | 0640, 0, 7, 8), List.of(attr.mode(), attr.nlink(), attr.uid(), attr.gid()));
            assertEquals(List.of(), t.list(Node.ROOT));
            t.commit(1);
            handle.fsync(false);
            assertEquals(2, t.drive.volume().totals().files());
        }
        assertEquals(1, t.drive.volume().totals().files());
        assertEquals(0, t.drive.volume().totals().logicalBytes());
        assertTrue(!hasOrphans());
    }

    @Test
    void itsDirectoryIsNotChangedAndGivesItItsGroupIfItSaysSo() {
        t.mkdir("/d");
        t.drive.setAttr(t.at("/d"), AttrChange.owner(OptionalInt.empty(), OptionalInt.of(55)));
        t.drive.setAttr(t.at("/d"), AttrChange.mode(Mode.SETGID | 0755));
        Attr before = t.drive.attr(t.at("/d"));
        t.now.addAndGet(9);
        try (FileHandle handle = t.drive.tmpfile(t.at("/d"), 0600, new Caller(7, 8, 0))) {
            assertEquals(55, handle.attr().gid());
            assertEquals(before, t.drive.attr(t.at("/d")));
        }
    }

    @Test
    void aLinkGivesItANameUnderWhichItStays() {
        byte[] bytes = bytes(100_000);
        try (FileHandle handle = t.drive.tmpfile(Node.ROOT, 0644, TestDrive.ROOT)) {
            handle.write(0, bytes, 0, bytes.length);
            t.drive.link(handle.node(), Node.ROOT, A);
            assertEquals(1, handle.attr().nlink());
            assertTrue(!hasOrphans());
        }
        assertArrayEquals(bytes, t.read("/a"));
        t.close();
        t = new TestDrive(store, t.now);
        assertArrayEquals(bytes, t.read("/a"));
        assertEquals(2, t.drive.volume().totals().files());
    }

    @Test
    void onceItHadANameItCannotGetAnotherWhenThatIsGone() {
        try (FileHandle handle = t.drive.tmpfile(Node.ROOT, 0644, TestDrive.ROOT)) {
            t.drive.link(handle.node(), Node.ROOT, A);
            t.drive.unlink(Node.ROOT, A);
            assertEquals(0, handle.attr().nlink());
            assertEquals(Errno.ENOENT, errno(() -> t.drive.link(handle.node(), Node.ROOT, A)));
        }
        assertTrue(!hasOrphans());
    }

    @Test
    void aFileThatWasUnlinkedWhileItIsOpenCannotGetAName() {
        t.write("/a", "one");
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            t.drive.unlink(Node.ROOT, A);
            assertEquals(Errno.ENOENT, errno(() -> t.drive.link(handle.node(), Node.ROOT, A)));
        }
    }

    @Test
    void aLinkThatIsRefusedLeavesItWithoutAName() {
        t.write("/a", "one");
        try (FileHandle handle = t.drive.tmpfile(Node.ROOT, 0644, TestDrive.ROOT)) {
            assertEquals(Errno.EEXIST, errno(() -> t.drive.link(handle.node(), Node.ROOT, A)));
            assertEquals(0, handle.attr().nlink());
            t.drive.link(handle.node(), Node.ROOT, Name.of("b"));
        }
        assertEquals(List.of("a", "b"), t.list(Node.ROOT));
    }

    @Test
    void aCrashLeavesNothingOfAFileWithoutANameEvenIfItWasFsynced() {
        FileHandle handle = t.drive.tmpfile(Node.ROOT, 0644, TestDrive.ROOT);
        handle.write(0, bytes(50_000), 0, 50_000);
        handle.fsync(false);
        try (TestDrive after = new TestDrive(store, t.now)) {
            assertEquals(1, after.drive.volume().totals().files());
            byte[] orphans = RowKey.kind(1, RowKey.ORPHAN);
            try (Scan scan = after.drive.volume().head().scan(orphans, orphans)) {
                assertTrue(!scan.next());
            }
        }
        t.close();
        t = new TestDrive(store, t.now);
        handle.close();
    }

    @Test
    void noneCanBeMadeInThePastOrInAFile() {
        t.write("/a", "one");
        t.drive.snapshot("s");
        assertEquals(Errno.EROFS, errno(() -> t.drive.tmpfile(t.at("/.snapshots/s"), 0644, TestDrive.ROOT)));
        assertEquals(Errno.EROFS, errno(() -> t.drive.tmpfile(t.at("/.snapshots"), 0644, TestDrive.ROOT)));
        assertEquals(Errno.ENOTDIR, errno(() -> t.drive.tmpfile(t.at("/a"), 0644, TestDrive.ROOT)));
    }

    @Test
    void aSnapshotThatIsMadeMeanwhileShowsNoneOfIt() {
        try (FileHandle handle = t.drive.tmpfile(Node.ROOT, 0644, TestDrive.ROOT)) {
            handle.write(0, bytes(10), 0, 10);
            t.drive.snapshot("s");
            assertEquals(List.of(), t.list(t.at("/.snapshots/s")));
            t.drive.link(handle.node(), Node.ROOT, A);
        }
        assertEquals(List.of("a"), t.list(Node.ROOT));
    }
}
