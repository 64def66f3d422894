package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Data and holes, as lseek(2) finds them. */
@Timeout(60)
class SeekTest {
    private static final long MIB = 1 << 20;

    private final TestDrive t = new TestDrive(new MemoryStore());
    private final FileHandle handle = t.drive.open(t.drive.create(Node.ROOT, TestDrive.last("a"), 0644, TestDrive.ROOT), true, false, false);

    @AfterEach
    void close() {
        handle.close();
        t.close();
    }

    private void write(long at, int length) {
        byte[] bytes = new byte[length];
        new Random(at).nextBytes(bytes);
        handle.write(at, bytes, 0, length);
    }

    /** Where data begin and end, from start to end. */
    private static List<Long> borders(FileHandle of) {
        List<Long> borders = new ArrayList<>();
        long size = of.attr().size();
        for (long at = 0; at < size;) {
            try {
                borders.add(of.seekData(at));
            } catch (FsException e) {
                assertEquals(Errno.ENXIO, e.errno());
                return borders;
            }
            at = of.seekHole(borders.get(borders.size() - 1));
            borders.add(at);
        }
        return borders;
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }

    @Test
    void dataAreFoundWhetherBufferedInstalledOrBoth() {
        write(1000, 500);
        write(3 * MIB, 100);
        List<Long> expected = List.of(1000L, 1500L, 3 * MIB, 3 * MIB + 100);
        assertEquals(expected, borders(handle));
        handle.fsync(false);
        assertEquals(expected, borders(handle));
        write(1500, 100);
        write(3 * MIB - 10, 10);
        assertEquals(List.of(1000L, 1600L, 3 * MIB - 10, 3 * MIB + 100), borders(handle));
    }

    @Test
    void bufferedAndInstalledStretchesThatTouchAreOne() {
        for (int i = 0; i < 200; i += 2) {
            write(i * 100, 100);
        }
        handle.fsync(false);
        for (int i = 1; i < 200; i += 2) {
            write(i * 100, 100);
        }
        assertEquals(List.of(0L, 20_000L), borders(handle));
        assertEquals(20_000, handle.seekHole(12_345));
        assertEquals(12_345, handle.seekData(12_345));
    }

    @Test
    void theEndCountsAsAHoleAndBehindItThereIsNothing() {
        write(0, 1000);
        handle.truncate(5000);
        assertEquals(1000, handle.seekHole(0));
        assertEquals(4000, handle.seekHole(4000));
        assertEquals(Errno.ENXIO, errno(() -> handle.seekData(1000)));
        assertEquals(Errno.ENXIO, errno(() -> handle.seekData(5000)));
        assertEquals(Errno.ENXIO, errno(() -> handle.seekHole(5000)));
        assertEquals(Errno.ENXIO, errno(() -> handle.seekHole(-1)));
        handle.truncate(1000);
        assertEquals(1000, handle.seekHole(999));
    }

    @Test
    void anEmptyFileHasNeither() {
        assertEquals(Errno.ENXIO, errno(() -> handle.seekData(0)));
        assertEquals(Errno.ENXIO, errno(() -> handle.seekHole(0)));
    }

    @Test
    void aHoleThatIsPunchedIsFoundAlsoAcrossRegions() {
        write(0, 5 << 20);
        handle.punch(MIB - 7, 2 * MIB);
        assertEquals(List.of(0L, MIB - 7, 3 * MIB - 7, 5 * MIB), borders(handle));
    }

    @Test
    void aFileInItsInodeEndsInAHole() {
        write(0, 100);
        handle.fsync(false);
        handle.truncate(5000);
        assertEquals(List.of(0L, 100L), borders(handle));
    }

    @Test
    void aHugeFileWithFewBytesTakesFewSteps() {
        write(0, 100);
        write(1L << 50, 100);
        write(1L << 59, 100);
        List<Long> expected = List.of(0L, 100L, 1L << 50, (1L << 50) + 100, 1L << 59, (1L << 59) + 100);
        assertEquals(expected, borders(handle));
        handle.fsync(false);
        assertEquals(expected, borders(handle));
        handle.punch(1L << 50, 1L << 59);
        assertEquals(List.of(0L, 100L), borders(handle));
    }

    @Test
    void aFileOfThePastHasItsOwnHoles() {
        write(500, 4000);
        t.drive.snapshot("s");
        write(0, 500);
        try (FileHandle then = t.drive.open(t.at("/.snapshots/s/a"), false, false, false)) {
            assertEquals(List.of(500L, 4500L), borders(then));
            assertEquals(Errno.ENXIO, errno(() -> then.seekData(4500)));
        }
        assertEquals(List.of(0L, 4500L), borders(handle));
    }
}
