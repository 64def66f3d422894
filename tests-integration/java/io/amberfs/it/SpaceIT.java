package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is the same is kept once. Sizes are the {@code storedBytes} of {@code status} after the drive ended and the database put its log into tables: neither the log nor what
 * the file system sets aside for it counts.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SpaceIT {
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 100;
    private static final long MEGABYTE = 1_000_000;

    /** The drive at rest. */
    private record Stored(long bytes, long epoch) {
        static Stored of(MountedDrive drive) {
            drive.umount();
            drive.status(); // opens the store, which puts the log into tables; the next one finds what has become of them
            var status = drive.status();
            drive.mount();
            return new Stored(((Number) status.get("storedBytes")).longValue(), ((Number) status.get("epoch")).longValue());
        }
    }

    @Test
    void aSecondCopyOfATreeTakesLessThanTwoPercentMore() {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path jdk = Path.of(System.getProperty("java.home"));
            copy(drive, jdk, "first");
            Stored once = Stored.of(drive);
            copy(drive, jdk, "second");
            Stored twice = Stored.of(drive);
            assertTrue(once.bytes > 20 * MEGABYTE, () -> "there is a tree to speak of: " + once);
            assertTrue((twice.bytes - once.bytes) * 50 < once.bytes, () -> jdk + " takes " + once + ", and twice " + twice);
        }
    }

    @Test
    void aByteInsertedAtTheStartOfALargeFileTakesLessThanAMegabyte() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path first = drive.root().resolve("first");
            Path second = drive.root().resolve("second");
            write(first, new byte[0], drive, 0);
            write(second, new byte[] {42}, drive, 0);
            Stored empty = Stored.of(drive);
            copy(drive, first, "large");
            Stored before = Stored.of(drive);
            copy(drive, second, "large");
            assertHasGrownByLessThanAMegabyte(empty, before, Stored.of(drive));
            assertEquals(-1, Files.mismatch(second, drive.at("large")));
        }
    }

    @Test
    void aByteInsertedAtTheStartOfALargeFileTakesLessThanAMegabyteAlsoWithSnapshotsWhileItIsWritten() throws IOException {
        // Each commit takes some blocks, and by the clock there would be as many more as the machine is slow: here they are those of the snapshots.
        try (MountedDrive drive = MountedDrive.mounted("--commit-interval", "1h")) {
            Stored empty = Stored.of(drive);
            write(drive.at("first"), new byte[0], drive, 0);
            Stored before = Stored.of(drive);
            write(drive.at("second"), new byte[] {42}, drive, PIECES / 4);
            assertHasGrownByLessThanAMegabyte(empty, before, Stored.of(drive));
            long pieces = PIECES / 4;
            assertEquals(1 + pieces * PIECE, Files.size(drive.past("after-" + pieces).resolve("second")), "a snapshot has what was written by then");
        }
    }

    private static void assertHasGrownByLessThanAMegabyte(Stored empty, Stored before, Stored after) {
        assertTrue(before.bytes - empty.bytes > (long) PIECES * PIECE, () -> "the bytes do not compress: from " + empty + " to " + before);
        assertTrue(after.bytes - before.bytes < MEGABYTE, () -> "it grew by " + (after.bytes - before.bytes) + " bytes from " + before + " to " + after);
    }

    private static void copy(MountedDrive drive, Path from, String name) {
        drive.shell().run(Duration.ofMinutes(4), "cp", "-a", from, drive.at(name)).ok();
    }

    /** @param snapshotAfter makes a snapshot each time that this many pieces are written; 0 for none */
    private static void write(Path file, byte[] start, MountedDrive drive, int snapshotAfter) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(start);
            for (int piece = 1; piece <= PIECES; piece++) {
                out.write(Pattern.bytes(5, (piece - 1L) * PIECE, (long) piece * PIECE));
                if (snapshotAfter > 0 && piece % snapshotAfter == 0 && piece < PIECES) {
                    drive.snapshot("after-" + piece);
                }
            }
        }
    }
}
