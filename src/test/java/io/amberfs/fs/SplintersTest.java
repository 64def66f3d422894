package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SplintersTest {
    private static final int RECORD = 100;
    private static final int TICK_AFTER = 100;

    private final HookedStore store = new HookedStore();
    private final Random random = new Random(5);
    private final byte[] bytes = new byte[Limits.REGION];

    SplintersTest() {
        random.nextBytes(bytes);
    }

    /** Writes small records here and there into a file, and ticks now and then. @return the most extents that its region had at a tick */
    private int scatter(TestDrive drive, int writes) {
        int most = 0;
        try (FileHandle handle = drive.drive.open(drive.at("file"), true, false, false)) {
            for (int i = 1; i <= writes; i++) {
                int at = random.nextInt(bytes.length - RECORD);
                bytes[at]++;
                handle.write(at, bytes, at, RECORD);
                handle.fsync(false);
                if (i % TICK_AFTER == 0) {
                    most = Math.max(most, extents(drive));
                    drive.now.addAndGet(1_000_000_000L);
                    drive.drive.tick();
                }
            }
        }
        return most;
    }

    private static int extents(TestDrive drive) {
        Inode inode = drive.drive.inode(((Node.Present) drive.at("file")).ino());
        return drive.drive.contents().map().region(drive.drive.volume().head(), inode.body(), 0).size();
    }

    @Test
    void aRegionThatIsLeftAloneIsMadeWhole() {
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("file", bytes);
            drive.commit(1);
            int splintered = scatter(drive, 2 * TICK_AFTER);
            assertTrue(splintered > Splinters.MANY, () -> "the region is splintered: " + splintered);
            for (int i = 0; i < 4; i++) {
                drive.drive.tick();
            }
            assertTrue(extents(drive) < Splinters.MANY / 2, () -> "extents: " + extents(drive));
            assertArrayEquals(bytes, drive.read("file"));
        }
    }

    @Test
    void aFileThatLosesItsNameBeforeItsRegionIsRewrittenIsDeleted() {
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("file", bytes);
            drive.commit(1);
            scatter(drive, 2 * TICK_AFTER);
            drive.drive.unlink(Node.ROOT, TestDrive.last("file"));
            for (int i = 0; i < 4; i++) {
                drive.drive.tick();
            }
            assertEquals(1, drive.drive.volume().totals().files(), "the root alone is left");
        }
    }

    @Test
    void aRegionThatIsNeverLeftAloneHasItsRecordBounded() {
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("file", bytes);
            drive.commit(1);
            int most = scatter(drive, 3000);
            assertTrue(most > Splinters.MANY, () -> "the region is splintered: " + most);
            assertTrue(most <= Splinters.TOO_MANY + 2 * TICK_AFTER, () -> "extents: " + most);
            assertArrayEquals(bytes, drive.read("file"));
        }
    }
}
