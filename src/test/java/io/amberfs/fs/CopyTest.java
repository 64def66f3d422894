package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ranges that are copied by naming the same blocks. */
@Timeout(120)
class CopyTest {
    private static final int MIB = 1 << 20;

    private final HookedStore store = new HookedStore();
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

    private FileHandle file(String path, byte[] bytes) {
        t.write(path, bytes);
        return t.drive.open(t.at(path), true, false, false);
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }

    /** As callers do: until nothing comes any more. */
    static long copyAll(FileHandle from, long offset, FileHandle to, long toOffset, long length) {
        long done = 0;
        for (long copied = -1; copied != 0 && done < length; done += copied) {
            copied = from.copyTo(offset + done, to, toOffset + done, length - done);
        }
        return done;
    }

    private static byte[] with(byte[] target, int at, byte[] source, int from, int length) {
        byte[] result = Arrays.copyOf(target, Math.max(target.length, at + length));
        System.arraycopy(source, from, result, at, length);
        return result;
    }

    @Test
    void aFileIsCopiedWithoutABlockMore() {
        byte[] bytes = bytes(20 * MIB + 12_345);
        try (FileHandle from = file("/a", bytes); FileHandle to = file("/b", new byte[0])) {
            t.commit(1);
            long blocks = t.drive.blocks().count();
            long written = store.written();
            assertEquals(bytes.length, from.copyTo(0, to, 0, Long.MAX_VALUE));
            t.commit(1);
            assertEquals(blocks, t.drive.blocks().count());
            assertTrue(store.written() - written < 60_000, () -> "bytes written: " + (store.written() - written));
            assertArrayEquals(bytes, t.read("/b"));
            assertEquals(bytes.length, t.drive.attr(t.at("/b")).stored());
        }
        t.close();
        t = new TestDrive(store, t.now);
        assertArrayEquals(bytes, t.read("/b"));
    }

    @Test
    void aGibibyteIsCopiedInOneStepAndTakesLessThanAMegabyteOfRows() {
        long gibibyte = 1L << 30;
        try (FileHandle from = file("/a", bytes(32 * MIB + 1)); FileHandle to = file("/b", new byte[0])) {
            for (long size = from.attr().size(); size < gibibyte; size *= 2) {
                assertEquals(size, from.copyTo(0, from, size, size));
            }
            t.commit(1);
            long written = store.written();
            assertEquals(gibibyte, from.copyTo(0, to, 0, gibibyte));
            t.commit(1);
            assertTrue(store.written() - written < 1_000_000, () -> "bytes written: " + (store.written() - written));
            assertEquals(gibibyte, to.attr().size());
            assertEquals(gibibyte, to.attr().stored());
        }
    }

    @Test
    void rangesOfAllSizesAreCopiedToAnyPlace() {
        int[] sizes = {0, 100, 256, 5000, 300_000, 3 * MIB + 99};
        Random random = new Random(5);
        for (int fromSize : sizes) {
            for (int toSize : sizes) {
                byte[] source = bytes(fromSize);
                byte[] target = bytes(toSize + 1);
                try (FileHandle from = file("/a", source); FileHandle to = file("/b", target)) {
                    if (random.nextBoolean()) {
                        t.commit(1);
                    }
                    int offset = random.nextInt(fromSize + 1);
                    int length = random.nextInt(fromSize - offset + 1);
                    int at = random.nextInt(toSize + 3000);
                    assertEquals(length, copyAll(from, offset, to, at, length));
                    byte[] expected = length == 0 ? target : with(target, at, source, offset, length);
                    String what = length + " bytes at " + offset + " of " + fromSize + " to " + at + " of " + toSize;
                    assertArrayEquals(expected, t.read("/b"), what);
                    assertArrayEquals(source, t.read("/a"), what);
                    t.commit(1);
                    assertArrayEquals(expected, t.read("/b"), what);
                    t.drive.unlink(Node.ROOT, TestDrive.last("b"));
                }
            }
        }
    }

    @Test
    void whatIsBufferedInSourceAndTargetIsCopiedAndKept() {
        byte[] source = bytes(700_000);
        byte[] target = bytes(200_001);
        try (FileHandle from = file("/a", new byte[] {1}); FileHandle to = file("/b", new byte[] {2})) {
            t.commit(1);
            from.write(0, source, 0, source.length);
            to.write(0, target, 0, target.length);
            assertEquals(500_000, from.copyTo(100_000, to, 50_000, 500_000));
            assertArrayEquals(with(target, 50_000, source, 100_000, 500_000), t.read("/b"));
        }
    }

    @Test
    void holesAreCopiedAsHolesOverWhatWasThere() {
        byte[] end = bytes(1000);
        try (FileHandle from = file("/a", bytes(5000)); FileHandle to = file("/b", bytes(4 * MIB))) {
            from.write(3 * MIB, end, 0, end.length);
            assertEquals(3 * MIB + 1000, copyAll(from, 0, to, 0, Long.MAX_VALUE));
            byte[] expected = with(bytes(4 * MIB), 0, with(bytes(5000), 3 * MIB, end, 0, end.length), 0, 3 * MIB + 1000);
            assertArrayEquals(expected, t.read("/b"));
            assertEquals(MIB - 1000 + 6000, t.drive.attr(t.at("/b")).stored());
            assertEquals(3 * MIB, to.seekData(5000));
        }
    }

    @Test
    void aHoleIsCopiedIntoASmallFile() {
        try (FileHandle from = file("/a", new byte[0]); FileHandle to = file("/b", bytes(50))) {
            from.truncate(1L << 40);
            t.commit(1);
            assertEquals(1000, from.copyTo(7, to, 20, 1000));
            assertArrayEquals(Arrays.copyOf(Arrays.copyOf(bytes(50), 20), 1020), t.read("/b"));
            assertEquals(1L << 40, from.copyTo(0, to, 1L << 50, Long.MAX_VALUE));
            assertEquals((1L << 50) + (1L << 40), to.attr().size());
        }
    }

    @Test
    void aFileOfThePastIsCopiedIntoThePresent() {
        byte[] bytes = bytes(3 * MIB);
        t.write("/a", bytes);
        t.write("/small", "tiny");
        t.drive.snapshot("s");
        t.write("/a", "now");
        try (FileHandle then = t.drive.open(t.at("/.snapshots/s/a"), false, false, false);
             FileHandle small = t.drive.open(t.at("/.snapshots/s/small"), false, false, false); FileHandle to = file("/b", new byte[0])) {
            assertEquals(MIB, then.copyTo(MIB + 1, to, 5, MIB));
            assertArrayEquals(with(new byte[5], 5, bytes, MIB + 1, MIB), t.read("/b"));
            assertEquals(4, small.copyTo(0, to, 0, 4));
            assertEquals("tiny", new String(TreeComparison.read(to, 0, 4), java.nio.charset.StandardCharsets.US_ASCII));
            assertEquals(Errno.EROFS, errno(() -> to.copyTo(0, then, 0, 5)));
        }
    }

    @Test
    void withinOneFileRangesThatDoNotOverlapAreCopied() {
        byte[] bytes = bytes(2 * MIB);
        try (FileHandle handle = file("/a", bytes)) {
            assertEquals(1000, handle.copyTo(0, handle, 1000, 1000));
            assertEquals(MIB, handle.copyTo(0, handle, 3 * MIB, MIB));
            byte[] first = with(bytes, 1000, bytes, 0, 1000);
            assertArrayEquals(with(first, 3 * MIB, first, 0, MIB), t.read("/a"));
            assertEquals(Errno.EINVAL, errno(() -> handle.copyTo(0, handle, 999, 1000)));
            assertEquals(Errno.EINVAL, errno(() -> handle.copyTo(999, handle, 0, 1000)));
            try (FileHandle other = t.drive.open(t.at("/a"), true, false, false)) {
                assertEquals(Errno.EINVAL, errno(() -> handle.copyTo(0, other, 0, 1)));
            }
        }
    }

    @Test
    void atItsEndNothingIsCopiedAndNothingChanges() {
        try (FileHandle from = file("/a", bytes(5000)); FileHandle to = file("/b", bytes(10))) {
            t.commit(1);
            long before = to.attr().mtime();
            t.now.addAndGet(10);
            assertEquals(0, from.copyTo(5000, to, 0, 10));
            assertEquals(0, from.copyTo(Long.MAX_VALUE, to, 0, 10));
            assertEquals(0, from.copyTo(0, to, 0, 0));
            assertEquals(before, to.attr().mtime());
            assertEquals(2000, from.copyTo(3000, to, 0, 1L << 60));
            assertEquals(List.of(t.now.get(), t.now.get()), List.of(to.attr().mtime(), to.attr().ctime()));
        }
    }

    @Test
    void badRangesAreRefused() {
        try (FileHandle from = file("/a", bytes(5000)); FileHandle to = file("/b", bytes(10))) {
            assertEquals(Errno.EINVAL, errno(() -> from.copyTo(-1, to, 0, 1)));
            assertEquals(Errno.EINVAL, errno(() -> from.copyTo(0, to, -1, 1)));
            assertEquals(Errno.EINVAL, errno(() -> from.copyTo(0, to, 0, -1)));
            assertEquals(Errno.EFBIG, errno(() -> from.copyTo(0, to, Limits.FILE_MAX, 1)));
            assertEquals(5, copyAll(from, 0, to, Limits.FILE_MAX - 5, 5));
        }
    }

    @Test
    void moreRegionsThanOneChangeGoesThroughAreCopiedInSteps() {
        int regions = FileMap.ROWS_MAX + 50;
        byte[] page = bytes(300);
        try (FileHandle from = file("/a", new byte[0]); FileHandle to = file("/b", new byte[0]); FileHandle back = file("/c", bytes(400_000))) {
            for (int i = 0; i < regions; i++) {
                from.write((long) i * MIB + 5, page, 0, page.length);
            }
            long size = from.attr().size();
            assertEquals(size, copyAll(from, 0, to, 0, Long.MAX_VALUE));
            t.commit(1);
            long again = from.copyTo(0, to, 0, Long.MAX_VALUE);
            assertTrue(again > 0 && again < size && again % MIB == 0, () -> "copied at once over what was there: " + again);
            assertEquals(size - again, copyAll(from, again, to, again, Long.MAX_VALUE));
            assertEquals((long) regions * page.length, to.attr().stored());
            back.truncate(0);
            back.truncate(size);
            long first = back.copyTo(0, to, 0, size);
            assertTrue(first > 0 && first < size && first % MIB == 0, () -> "copied at once: " + first);
            assertEquals(size - first, copyAll(back, first, to, first, Long.MAX_VALUE));
            t.commit(1);
            assertEquals(0, t.drive.attr(t.at("/b")).stored());
            assertEquals(size, t.drive.attr(t.at("/b")).size());
        }
    }

    @Test
    void moreExtentsThanOneChangeTakesAreCopiedInSteps() {
        byte[] region = bytes(MIB);
        int regions = 40;
        try (FileHandle from = file("/a", region); FileHandle to = file("/b", new byte[0])) {
            for (int at = 0; at < MIB; at += 1024) {
                from.punch(at, 100);
                Arrays.fill(region, at, at + 100, (byte) 0);
            }
            for (int i = 1; i < regions; i++) {
                assertEquals(MIB, from.copyTo(0, from, (long) i * MIB, MIB));
            }
            long first = from.copyTo(0, to, 7, Long.MAX_VALUE);
            assertTrue(first > 0 && first < (long) regions * MIB, () -> "copied at once: " + first);
            assertEquals((long) regions * MIB - first, copyAll(from, first, to, 7 + first, Long.MAX_VALUE));
            t.commit(1);
            for (int i = 0; i < regions; i++) {
                assertArrayEquals(region, TreeComparison.read(to, 7 + (long) i * MIB, MIB), "region " + i);
            }
            assertEquals(from.attr().stored(), to.attr().stored());
        }
    }

    @Test
    void aCopyAndItsSourceGoTheirOwnWays() {
        byte[] bytes = bytes(2 * MIB);
        try (FileHandle from = file("/a", bytes); FileHandle to = file("/b", new byte[0])) {
            copyAll(from, 0, to, 0, Long.MAX_VALUE);
            from.punch(0, MIB);
            to.write(MIB, new byte[100], 0, 100);
            t.commit(1);
            assertArrayEquals(with(bytes, MIB, new byte[100], 0, 100), t.read("/b"));
            assertArrayEquals(with(bytes, 0, new byte[MIB], 0, MIB), t.read("/a"));
            from.truncate(0);
            t.drive.unlink(Node.ROOT, TestDrive.last("a"));
        }
        t.drive.tick();
        assertArrayEquals(with(bytes, MIB, new byte[100], 0, 100), t.read("/b"));
    }
}
