package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a lost page cache can leave of the store: the end of the database's log cut off anywhere behind the last acknowledged fsync; and what no disk may do, cut off before it.
 * {@code -Damberfs.stops=N} and {@code -Damberfs.cuts=N} do it more often.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class PowerLossIT {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int STOPS = Integer.getInteger("amberfs.stops", 4);
    private static final int CUTS = Integer.getInteger("amberfs.cuts", 6);

    /** The log when so many files had been fsynced. */
    private record Acknowledged(int files, Path log, long length) {
    }

    private final Random random = new Random(SEED);
    private volatile Acknowledged last = new Acknowledged(0, Path.of(""), 0);
    private volatile boolean ended;
    /** While a copy is looked at: what is written meanwhile would only have to be looked at, too. */
    private volatile boolean paused;

    @Test
    void allThatWasFsyncedIsThereWhateverOfTheRestIsLostAndALossOfItIsReported() throws Exception {
        System.out.println("PowerLossIT: seed " + SEED);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (MountedDrive drive = MountedDrive.mounted("--commit-interval", "1h"); Bystander bystander = new Bystander()) {
            Path keyFile = keyFile(drive);
            ProcessHandle daemon = drive.daemon();
            Future<?> writer = threads.submit(() -> write(drive));
            for (int stop = 0; stop < STOPS; stop++) {
                int wanted = last.files() + 5 + random.nextInt(30);
                MountedDrive.await("files are fsynced", () -> last.files() >= wanted || writer.isDone());
                MountedDrive.stop(bystander, daemon);
                Acknowledged acknowledged = last;
                Path image = drive.root().resolve("image");
                bystander.run("cp", "-a", "--sparse=always", drive.store(), image);
                paused = true;
                bystander.run("kill", "-CONT", daemon.pid());
                for (int cut = 0; cut < CUTS; cut++) {
                    cutBehind(drive, image, keyFile, acknowledged, "seed " + SEED + ", stop " + stop + ", cut " + cut);
                    cutBefore(drive, image, keyFile, acknowledged, "seed " + SEED + ", stop " + stop + ", loss " + cut);
                }
                drive.shell().run("rm", "-rf", image).ok();
                paused = false;
            }
            ended = true;
            writer.get(60, TimeUnit.SECONDS);
        } finally {
            ended = true;
            threads.shutdownNow();
        }
    }

    @Test
    void aDriveWhoseLogLostItsEndIsMountedOnlyWhenTheLossIsAccepted() throws Exception {
        try (MountedDrive drive = MountedDrive.mounted("--commit-interval", "1h")) {
            for (int number = 0; number < 10; number++) {
                writeSynced(drive, number);
            }
            drive.kill();
            cut(newestLog(drive.store()), Files.size(newestLog(drive.store())) - 100);
            String said = drive.amberfs("mount", drive.path()).refused(13);
            assertTrue(said.contains("--accept-loss"), said);
            drive.mount("--accept-loss");
            assertArrayEquals(contents(5), Files.readAllBytes(drive.at(name(5))));
            drive.amberfs("check").ok();
            drive.remount();
        }
    }

    private void write(MountedDrive drive) {
        for (int number = 0; !ended; number++) {
            while (paused && !ended) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            try {
                writeSynced(drive, number);
                Path log = newestLog(drive.store());
                last = new Acknowledged(number + 1, log.getFileName(), Files.size(log));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void writeSynced(MountedDrive drive, int number) throws IOException {
        try (FileChannel channel = FileChannel.open(drive.at(name(number)), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(contents(number));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static String name(int number) {
        return "file-" + number;
    }

    private static byte[] contents(int number) {
        long dice = Pattern.mix(number);
        return Pattern.bytes(number, 0, (dice >>> 8 & 0xffffff) % (dice % 10 == 0 ? 900_000 : 30_000));
    }

    /** A commit that was synced but not acknowledged yet may be among what is cut off: then that is told. */
    private void cutBehind(MountedDrive drive, Path image, Path keyFile, Acknowledged acknowledged, String where) throws IOException {
        Path copy = copy(drive, image);
        Path log = newestLog(copy);
        long from = log.getFileName().equals(acknowledged.log()) ? acknowledged.length() : 0;
        long length = random.nextInt(3) == 0 ? Files.size(log) : from + random.nextLong(Files.size(log) - from + 1);
        boolean whole = length == Files.size(log);
        cut(log, length);
        try (OpenedStore store = open(copy, keyFile, whole, where)) {
            for (int number = 0; number < acknowledged.files(); number++) {
                int file = number;
                byte[] found = store.file(name(number)).orElseThrow(() -> new AssertionError(where + ": " + name(file) + " is gone, which was fsynced"));
                assertArrayEquals(contents(number), found, () -> where + ": " + name(file));
            }
            assertEquals(List.of(), store.findings(), where);
        }
        drive.shell().run("rm", "-rf", copy).ok();
    }

    private static OpenedStore open(Path copy, Path keyFile, boolean whole, String where) {
        try {
            return new OpenedStore(copy, keyFile, false, false);
        } catch (Refusal e) {
            assertTrue(!whole && e.code() == ExitCode.DAMAGE, () -> where + ": " + e.code() + ": " + e.getMessage());
            return new OpenedStore(copy, keyFile, false, true);
        }
    }

    private void cutBefore(MountedDrive drive, Path image, Path keyFile, Acknowledged acknowledged, String where) throws IOException {
        Path copy = copy(drive, image);
        Path log = newestLog(copy);
        if (log.getFileName().equals(acknowledged.log())) {
            cut(log, random.nextLong(acknowledged.length()));
            Refusal refusal = assertThrows(Refusal.class, () -> new OpenedStore(copy, keyFile, false, false).close(), where + ": a lost commit is not told");
            assertEquals(ExitCode.DAMAGE, refusal.code(), () -> where + ": " + refusal.getMessage());
            try (OpenedStore store = new OpenedStore(copy, keyFile, false, true)) {
                int there = 0;
                for (Optional<byte[]> found = store.file(name(0)); found.isPresent(); found = store.file(name(there))) {
                    int file = there++;
                    assertArrayEquals(contents(file), found.get(), () -> where + ": " + name(file));
                }
                int kept = there;
                assertTrue(kept < acknowledged.files(), () -> where + ": nothing was lost");
                assertTrue(store.file(name(kept + 1)).isEmpty(), () -> where + ": " + name(kept + 1) + " is there, but not the one before");
                assertEquals(List.of(), store.findings(), where);
            }
        }
        drive.shell().run("rm", "-rf", copy).ok();
    }

    private static Path copy(MountedDrive drive, Path image) {
        Path copy = drive.root().resolve("copy");
        drive.shell().run("cp", "-a", image, copy).ok();
        return copy;
    }

    private static void cut(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private static Path newestLog(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("rows"))) {
            return files.filter(file -> file.toString().endsWith(".log")).max(Comparator.comparing(file -> file.getFileName().toString())).orElseThrow();
        }
    }

    private static Path keyFile(MountedDrive drive) throws IOException {
        try (Stream<Path> keys = Files.list(drive.root().resolve("config/amberfs"))) {
            return keys.findFirst().orElseThrow();
        }
    }
}
