package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The daemon's memory under a load; {@code -Damberfs.files=N} and {@code -Damberfs.mebibytes=N} make it greater. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class LimitsIT {
    private static final int FILES = Integer.getInteger("amberfs.files", 50_000);
    private static final int MEBIBYTES = Integer.getInteger("amberfs.mebibytes", 1024);
    private static final int FOLDER = 1000;
    private static final long RESIDENT_KIB_MAX = 700_000;

    @Test
    void theDaemonStaysUnderSevenHundredMegabytesWhateverIsWritten() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (MountedDrive drive = MountedDrive.mounted()) {
            long pid = drive.daemon().pid();
            assertTrue(Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline")).contains("-Xmx320m"), "the heap is bounded");
            List<Future<?>> writers = new ArrayList<>(List.of(threads.submit(() -> files(drive.path())), threads.submit(() -> large(drive.at("large")))));
            for (Future<?> writer : writers) {
                writer.get();
            }
            drive.snapshot("all");
            assertEquals(FILES + FILES / FOLDER + 2L, ((Number) drive.status().get("files")).longValue());
            for (int file = 0; file < FILES; file += 97) {
                assertArrayEquals(contents(file), Files.readAllBytes(drive.past("all").resolve(name(file))));
            }
            long most = peak(pid);
            System.out.println("LimitsIT: at most " + most + " KiB resident after " + FILES + " files and " + MEBIBYTES + " MiB");
            assertTrue(most < RESIDENT_KIB_MAX, () -> "the daemon had " + most + " KiB resident");
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void files(Path drive) throws IOException {
        for (int file = 0; file < FILES; file++) {
            Path path = drive.resolve(name(file));
            if (file % FOLDER == 0) {
                Files.createDirectory(path.getParent());
            }
            Files.write(path, contents(file));
        }
        return null;
    }

    private static String name(int file) {
        return "folder-" + file / FOLDER + "/file-" + file;
    }

    private static byte[] contents(int file) {
        return Pattern.bytes(file, 0, Pattern.mix(file) >>> 1 & 8191);
    }

    private static Void large(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < MEBIBYTES; at++) {
                ByteBuffer bytes = ByteBuffer.wrap(Pattern.bytes(3, at << 20, at + 1 << 20));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
        return null;
    }

    /** The most that was ever resident, in KiB. */
    private static long peak(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream().filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
