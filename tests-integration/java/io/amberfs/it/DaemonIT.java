package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.cli.ProcessEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The daemon's end, wanted or not. */
@Timeout(300)
class DaemonIT {
    private static final int FILES = 30;
    /** More than a region, so that a file has several records. */
    private static final int LENGTH = 1_200_000;

    @Test
    void theMountpointOfADeadDaemonAnswersEnotconnAndMountingAgainIsAllThatIsNeeded() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted()) {
            drive.shell().python("""
                fd = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
                os.write(fd, b'synced')
                os.fsync(fd)
                """, drive.at("file")).ok();
            drive.kill();
            drive.shell().python("""
                refused(errno.ENOTCONN, os.listdir, sys.argv[1])
                refused(errno.ENOTCONN, os.stat, sys.argv[1] + '/file')
                refused(errno.ENOTCONN, os.open, sys.argv[1] + '/new', os.O_CREAT | os.O_WRONLY)
                """, drive.path()).ok();
            MountedDrive.await("the kernel has forgotten the attributes of the mountpoint", () -> !Files.exists(drive.path()));
            drive.mount();
            assertEquals("synced", Files.readString(drive.at("file")));
            drive.kill();
            drive.umount();
            assertFalse(drive.isMounted(), "umount clears a dead mountpoint away");
            drive.amberfs("check").ok();
        }
    }

    @Test
    void sigtermWritesEverythingOutAndEndsWithinTenSeconds() throws IOException {
        try (MountedDrive drive = MountedDrive.mounted("--commit-interval", "1h")) {
            drive.shell().python("""
                rng = random.Random(3)
                for i in range(30):
                    write(f'{sys.argv[1]}/{i}', rng.randbytes(1 << 20))
                """, drive.path()).ok();
            ProcessHandle daemon = drive.daemon();
            assertTrue(daemon.destroy());
            assertTrue(daemon.onExit().completeOnTimeout(null, 10, java.util.concurrent.TimeUnit.SECONDS).join() != null, "the promise is ten seconds");
            assertFalse(drive.isMounted());
            drive.mount();
            drive.shell().python("""
                rng = random.Random(3)
                for i in range(30):
                    assert read(f'{sys.argv[1]}/{i}') == rng.randbytes(1 << 20), i
                """, drive.path()).ok();
        }
    }

    @Test
    void unmountingABusyDriveNamesWhoHoldsIt() throws Exception {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Path folder = Files.createDirectory(drive.at("folder"));
            Process holder = drive.shell().start("bash", "-c", "cd \"$0\" && echo in && read -r", folder);
            try {
                assertEquals('i', holder.getInputStream().read());
                String line = drive.amberfs("umount", drive.path()).refused(1);
                assertTrue(line.contains(String.valueOf(holder.pid())) && line.contains("bash"), line);
                assertTrue(drive.isMounted());
                Files.writeString(drive.at("file"), "it goes on");
            } finally {
                holder.getOutputStream().close();
                holder.waitFor();
            }
            drive.umount();
            assertEquals("it goes on", drive.amberfs("cat", "file").ok());
        }
    }

    @Test
    void aForegroundMountEndsWithSigint() throws Exception {
        try (MountedDrive drive = MountedDrive.unmounted()) {
            Process mount = drive.shell().start(Stream.concat(Stream.of("env", "--default-signal=INT"), Arrays.stream(MountedDrive.command("mount", "--foreground", drive.path()))).toArray());
            try {
                MountedDrive.await("the drive answers", drive::isMounted);
                Files.writeString(drive.at("file"), "written");
                drive.shell().run("kill", "-INT", mount.pid()).ok();
                assertTrue(mount.waitFor(Duration.ofSeconds(60).toSeconds(), java.util.concurrent.TimeUnit.SECONDS));
            } finally {
                mount.destroyForcibly();
            }
            assertFalse(drive.isMounted());
            assertEquals("written", drive.amberfs("cat", "file").ok());
        }
    }

    @Test
    void aRestoreInPlaceThatIsCutOffLeavesEachFileOldOrNew() throws Exception {
        long seed = Long.getLong("amberfs.seed", System.nanoTime());
        System.out.println("DaemonIT: seed " + seed);
        Random random = new Random(seed);
        try (MountedDrive drive = MountedDrive.mounted("--commit-interval", "1s")) {
            writeFiles(drive, 1);
            drive.snapshot("first");
            int mixed = 0;
            for (int round = 0; round < 5; round++) {
                writeFiles(drive, 2);
                drive.snapshot("second" + round);
                ProcessHandle daemon = drive.daemon();
                CompletableFuture<Outcome> restore = CompletableFuture.supplyAsync(() -> drive.amberfs("restore", "files", "--at", "first"));
                MountedDrive.await("the restore has begun", () -> restore.isDone() || drive.at("files/0").toFile().length() == LENGTH + 1);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(40)));
                try (FileChannel other = FileChannel.open(drive.at("other"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    other.write(ByteBuffer.wrap(new byte[] {(byte) round}), 0);
                    other.force(true); // what the restore did so far becomes durable with it
                    daemon.destroyForcibly();
                    MountedDrive.awaitEnd(daemon);
                } catch (IOException e) {
                    assertTrue(ProcessEnd.of(daemon.pid()), e::toString); // the close finds no daemon
                }
                restore.get();
                drive.mount();
                long restored = IntStream.range(0, FILES).filter(i -> version(drive, i) == 1).count();
                mixed += restored > 0 && restored < FILES ? 1 : 0;
            }
            System.out.println("DaemonIT: " + mixed + " of 5 restores were cut off between two files");
            drive.amberfs("restore", "files", "--at", "first").ok();
            assertEquals(FILES, IntStream.range(0, FILES).filter(i -> version(drive, i) == 1).count());
            drive.amberfs("check").ok();
        }
    }

    private static void writeFiles(MountedDrive drive, int version) throws IOException {
        Files.createDirectories(drive.at("files"));
        for (int i = 0; i < FILES; i++) {
            Files.write(drive.at("files/" + i), Pattern.bytes(version * 1000L + i, 0, LENGTH + version));
        }
    }

    /** Which version it is as a whole; none other is to be seen. */
    private static int version(MountedDrive drive, int file) {
        try {
            byte[] bytes = Files.readAllBytes(drive.at("files/" + file));
            int version = bytes.length - LENGTH;
            assertArrayEquals(Pattern.bytes(version * 1000L + file, 0, LENGTH + version), bytes, () -> "file " + file + " is half of each");
            return version;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
