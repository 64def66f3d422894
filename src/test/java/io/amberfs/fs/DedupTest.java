package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.store.MemoryStore;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a file is cut depends on its bytes, not on how and when they were written. */
@Timeout(120)
class DedupTest {
    private static final int REQUEST = 128 << 10;
    private static final int SIZE = 24 << 20;

    private final byte[] bytes = new byte[SIZE];
    private final MemoryStore store = new MemoryStore();

    DedupTest() {
        new Random(3).nextBytes(bytes);
    }

    private static void write(TestDrive drive, String name, byte[] bytes, int commitAfter) {
        Node node = drive.drive.create(drive.parent(name), TestDrive.last(name), 0644, TestDrive.ROOT);
        try (FileHandle handle = drive.drive.open(node, true, false, false)) {
            for (int at = 0; at < bytes.length; at += REQUEST) {
                handle.write(at, bytes, at, Math.min(REQUEST, bytes.length - at));
                if ((at + REQUEST) % commitAfter == 0) {
                    drive.drive.sync();
                }
            }
        }
        drive.drive.sync();
        assertArrayEquals(bytes, drive.read(name));
    }

    @Test
    void aFileWithOneByteMoreAtItsStartHasTheSameChunksBehindIt() {
        try (TestDrive drive = new TestDrive(store)) {
            write(drive, "one", bytes, Integer.MAX_VALUE);
            long blocks = drive.drive.blocks().count();
            byte[] other = new byte[SIZE + 1];
            System.arraycopy(bytes, 0, other, 1, SIZE);
            write(drive, "other", other, Integer.MAX_VALUE);
            long more = drive.drive.blocks().count() - blocks;
            assertTrue(more <= 4, () -> "new blocks: " + more);
        }
    }

    @Test
    void aFileWrittenThroughCommitsHasTheChunksOfOneWrittenAtOnce() {
        try (TestDrive drive = new TestDrive(store)) {
            write(drive, "at once", bytes, Integer.MAX_VALUE);
            long blocks = drive.drive.blocks().count();
            int commits = 12;
            write(drive, "through commits", bytes, SIZE / commits);
            long more = drive.drive.blocks().count() - blocks;
            assertTrue(more <= commits, () -> "new blocks: " + more + ", where each commit has the end of its own");
        }
    }

    @Test
    void anEndThatIsOverwrittenOrCutOffDoesNotComeBack() {
        try (TestDrive drive = new TestDrive(store)) {
            write(drive, "file", bytes, Integer.MAX_VALUE);
            byte[] expected = Arrays.copyOf(bytes, SIZE + 3000);
            try (FileHandle handle = drive.drive.open(drive.at("file"), true, false, false)) {
                handle.write(0, bytes, 0, 2 << 20);
                handle.write(SIZE - (2 << 20), bytes, SIZE - (2 << 20), 2 << 20);
                drive.drive.sync();
                handle.write(SIZE - 10, new byte[5], 0, 5);
                handle.truncate(SIZE - 2);
                Arrays.fill(expected, SIZE - 10, SIZE - 5, (byte) 0);
                Arrays.fill(expected, SIZE - 2, SIZE, (byte) 7);
                Arrays.fill(expected, SIZE, SIZE + 3000, (byte) 7);
                handle.write(SIZE - 2, expected, SIZE - 2, 3002);
            }
            assertArrayEquals(expected, drive.read("file"));
            drive.drive.sync();
            assertArrayEquals(expected, drive.read("file"));
        }
    }
}
