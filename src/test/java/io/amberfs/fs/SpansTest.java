package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Limits;
import io.amberfs.store.MemoryStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fallocate(2) does. */
@Timeout(120)
class SpansTest {
    private static final int MIB = 1 << 20;

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

    private FileHandle open(String path) {
        return t.drive.open(t.at(path), true, false, false);
    }

    private FileHandle file(byte[] bytes) {
        t.write("/a", bytes);
        return open("/a");
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }

    private long stored(String path) {
        t.drive.sync();
        return t.drive.attr(t.at(path)).stored();
    }

    @Test
    void aHoleReadsAsZerosTakesNoRoomAndLeavesTheSizeAndThePast() {
        for (int length : new int[] {200, 3000, 700_000, 5 * MIB + 77}) {
            byte[] bytes = bytes(length);
            int from = length / 3;
            int to = length / 2;
            byte[] expected = bytes.clone();
            Arrays.fill(expected, from, to, (byte) 0);
            try (FileHandle handle = file(bytes)) {
                long before = t.commit(1);
                handle.punch(from, to - from);
                assertArrayEquals(expected, t.read("/a"));
                assertEquals(length, handle.attr().size());
                assertTrue(length <= 256 || stored("/a") == length - (to - from), "stored of " + length);
                assertArrayEquals(bytes, t.read(t.at(before, "/a")));
                handle.write(from + 1, bytes, from + 1, 9);
                System.arraycopy(bytes, from + 1, expected, from + 1, 9);
            }
            t.close();
            t = new TestDrive(store, t.now);
            assertArrayEquals(expected, t.read("/a"));
        }
    }

    @Test
    void aFileThatIsPunchedFromStartToEndNamesNoBlock() {
        for (int length : new int[] {100, 50_000, 6 * MIB}) {
            try (FileHandle handle = file(bytes(length))) {
                handle.punch(0, length + 10L);
                assertArrayEquals(new byte[length], t.read("/a"));
                assertEquals(0, stored("/a"));
            }
        }
    }

    @Test
    void aHoleInWhatIsNotInstalledYetIsThereToo() {
        byte[] bytes = bytes(400_000);
        try (FileHandle handle = file(new byte[] {1})) {
            handle.write(0, bytes, 0, bytes.length);
            handle.punch(100, 1000);
            Arrays.fill(bytes, 100, 1100, (byte) 0);
            assertArrayEquals(bytes, t.read("/a"));
            assertEquals(bytes.length - 1000, stored("/a"));
        }
    }

    @Test
    void theTailOfAFileInItsInodeIsNoLongerThere() {
        try (FileHandle handle = file(bytes(200))) {
            handle.punch(50, 1000);
            assertEquals(50, stored("/a"));
            assertArrayEquals(Arrays.copyOf(Arrays.copyOf(bytes(200), 50), 200), t.read("/a"));
        }
    }

    @Test
    void aHoleBehindTheEndChangesNoSize() {
        try (FileHandle handle = file(bytes(10))) {
            handle.punch(5, 100);
            handle.punch(500, 100);
            assertEquals(10, handle.attr().size());
        }
    }

    @Test
    void zerosMakeTheFileGrowUnlessItKeepsItsSize() {
        byte[] bytes = bytes(3000);
        try (FileHandle handle = file(bytes)) {
            handle.zero(2000, 3000, true);
            assertEquals(3000, handle.attr().size());
            handle.zero(2500, 3000, false);
            assertEquals(5500, handle.attr().size());
            assertArrayEquals(Arrays.copyOf(Arrays.copyOf(bytes, 2000), 5500), t.read("/a"));
            assertEquals(2000, stored("/a"));
        }
    }

    @Test
    void aFileGrowsToTheEndOfWhatIsSetAsideUnlessItKeepsItsSize() {
        byte[] bytes = bytes(3000);
        try (FileHandle handle = file(bytes)) {
            handle.allocate(0, 10_000, true);
            assertEquals(3000, handle.attr().size());
            handle.allocate(100, 100, false);
            assertEquals(3000, handle.attr().size());
            handle.allocate(2000, 5000, false);
            assertArrayEquals(Arrays.copyOf(bytes, 7000), t.read("/a"));
            assertEquals(3000, stored("/a"));
        }
    }

    @Test
    void eachSetsMtimeAndCtime() {
        try (FileHandle handle = file(bytes(3000))) {
            List<Consumer<FileHandle>> all = List.of(h -> h.punch(0, 10), h -> h.punch(9000, 10), h -> h.zero(5, 10, true), h -> h.zero(5, 5000, false),
                h -> h.allocate(0, 10, false), h -> h.allocate(0, 9000, true), h -> h.allocate(0, 9000, false));
            for (Consumer<FileHandle> one : all) {
                long now = t.now.addAndGet(5);
                one.accept(handle);
                assertEquals(List.of(now, now), List.of(handle.attr().mtime(), handle.attr().ctime()));
            }
        }
    }

    @Test
    void badStretchesAreRefused() {
        try (FileHandle handle = file(bytes(10))) {
            assertEquals(Errno.EINVAL, errno(() -> handle.allocate(-1, 5, false)));
            assertEquals(Errno.EINVAL, errno(() -> handle.allocate(0, 0, false)));
            assertEquals(Errno.EINVAL, errno(() -> handle.punch(0, -1)));
            assertEquals(Errno.EINVAL, errno(() -> handle.zero(0, 0, false)));
            assertEquals(Errno.EFBIG, errno(() -> handle.allocate(Limits.FILE_MAX, 1, true)));
            assertEquals(Errno.EFBIG, errno(() -> handle.punch(5, Long.MAX_VALUE)));
            assertEquals(Errno.EFBIG, errno(() -> handle.zero(Long.MAX_VALUE, Long.MAX_VALUE, false)));
        }
    }

    @Test
    void moreThanThereIsRoomForIsRefusedButWhatIsThereNeedsNone() {
        try (FileHandle handle = file(bytes(MIB))) {
            handle.fsync(false);
            t.drive.tick();
            long free = t.drive.statFs().free();
            assertEquals(Errno.ENOSPC, errno(() -> handle.allocate(0, free + 2 * MIB, false)));
            assertEquals(Errno.ENOSPC, errno(() -> handle.zero(0, free + 2 * MIB, false)));
            assertEquals(Errno.ENOSPC, errno(() -> handle.allocate(2 * MIB, free + MIB / 2, true)));
            assertEquals(MIB, handle.attr().size());
            handle.allocate(0, free + MIB / 2, false);
            assertEquals(free + MIB / 2, handle.attr().size());
        }
    }

    @Test
    void thePastIsNotPunched() {
        t.write("/a", bytes(1000));
        t.drive.snapshot("s");
        try (FileHandle then = t.drive.open(t.at("/.snapshots/s/a"), false, false, false)) {
            assertEquals(Errno.EROFS, errno(() -> then.punch(0, 10)));
            assertEquals(Errno.EROFS, errno(() -> then.zero(0, 10, true)));
            assertEquals(Errno.EROFS, errno(() -> then.allocate(0, 10, true)));
        }
    }

    @Test
    void moreRegionsThanOneChangeGoesThroughArePunched() {
        int regions = FileMap.ROWS_MAX + 300;
        byte[] page = bytes(300);
        try (FileHandle handle = file(new byte[0])) {
            for (int i = 0; i < regions; i++) {
                handle.write((long) i * MIB + 5, page, 0, page.length);
            }
            handle.fsync(false);
            assertEquals((long) regions * page.length, stored("/a"));
            handle.punch(MIB, (long) regions * MIB);
            assertEquals(page.length, stored("/a"));
            assertEquals((regions - 1L) * MIB + 5 + page.length, handle.attr().size());
            assertArrayEquals(page, TreeComparison.read(handle, 5, page.length));
            assertArrayEquals(new byte[page.length], TreeComparison.read(handle, (regions - 1L) * MIB + 5, page.length));
        }
    }
}
