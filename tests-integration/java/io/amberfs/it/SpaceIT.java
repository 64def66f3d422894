package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    @Test
    void aSecondCopyOfATreeTakesLessThanTwoPercentMore() {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path jdk = Path.of(System.getProperty("java.home"));
            copy(drive, jdk, "first");
            long once = stored(drive);
            copy(drive, jdk, "second");
            long twice = stored(drive);
            assertTrue(once > 20_000_000, () -> "there is a tree to speak of: " + once);
            assertTrue((twice - once) * 50 < once, () -> "one copy of " + jdk + " takes " + once + " bytes, two take " + twice);
        }
    }

    private static void copy(MountedDrive drive, Path tree, String name) {
        drive.shell().run(Duration.ofMinutes(4), "cp", "-a", tree, drive.at(name)).ok();
    }

    @Test
    void aByteInsertedAtTheStartOfALargeFileTakesLessThanAMegabyte() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path first = drive.root().resolve("first");
            Path second = drive.root().resolve("second");
            write(first, new byte[0]);
            write(second, new byte[] {42});
            long empty = stored(drive);
            copy(drive, first, "large");
            long before = stored(drive);
            copy(drive, second, "large");
            long after = stored(drive);
            assertTrue(before - empty > (long) PIECES * PIECE, () -> "the bytes do not compress: they take " + (before - empty));
            assertTrue(after - before < 1_000_000, () -> "it grew by " + (after - before) + " bytes");
        }
    }

    private static void write(Path file, byte[] start) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(start));
            for (int piece = 0; piece < PIECES; piece++) {
                ByteBuffer bytes = ByteBuffer.wrap(Pattern.bytes(5, (long) piece * PIECE, (piece + 1L) * PIECE));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
    }

    /** Opening the store twice: the first time puts the log into tables, the second finds what has become of them. */
    private static long stored(MountedDrive drive) {
        drive.umount();
        drive.status();
        long bytes = ((Number) drive.status().get("storedBytes")).longValue();
        drive.mount();
        return bytes;
    }
}
