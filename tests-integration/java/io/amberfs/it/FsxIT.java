package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random steps on one file of a real drive, in every way that a program can read and write, as fsx does; each thousand steps a snapshot, which must keep what the file was.
 * {@code -Damberfs.steps=N} takes more, {@code -Damberfs.seed=N} repeats a run.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class FsxIT {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int STEPS = Integer.getInteger("amberfs.steps", 50_000);
    private static final int STEPS_PER_SNAPSHOT = 1_000;
    private static final int KEPT = 20;
    private static final int TOLD = 40;

    private record Past(Path file, byte[] bytes) {
        void compare() throws IOException {
            assertEquals(-1, Arrays.mismatch(bytes, Files.readAllBytes(file)), () -> file + " is not what it was");
        }
    }

    private final Random random = new Random(SEED);
    private final List<Past> pasts = new ArrayList<>();
    private final Deque<String> done = new ArrayDeque<>();

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr-fuse"})
    void aFileHasWhatWasWrittenToItInWhateverWayAndSoHasItsPast(String transport) throws IOException {
        System.out.println("FsxIT: " + STEPS + " steps by " + transport + ", seed " + SEED);
        int step = 0;
        try (MountedDrive drive = MountedDrive.mounted("--transport", transport)) {
            try (FsxFile file = new FsxFile(Files.createDirectory(drive.at("fsx")), random)) {
                for (; step < STEPS; step++) {
                    told(file.step());
                    if (step % STEPS_PER_SNAPSHOT == STEPS_PER_SNAPSHOT - 1) {
                        snapshot(drive, file, "step-" + step);
                    }
                }
                file.compare();
            }
            drive.remount("--transport", transport);
            for (Past past : pasts) {
                past.compare();
            }
            drive.amberfs("check").ok();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + SEED + ", " + transport + ", step " + step + " after " + String.join("; ", done) + ": " + e.getMessage(), e);
        }
    }

    private void told(String what) {
        done.addLast(what);
        if (done.size() > TOLD) {
            done.removeFirst();
        }
    }

    /** Of twenty snapshots each is compared at once, one of them again later; the others are deleted. */
    private void snapshot(MountedDrive drive, FsxFile file, String name) throws IOException {
        file.compare();
        Path folder = Files.createDirectory(drive.past(name));
        Past past = new Past(folder.resolve("fsx").resolve(file.name()), file.bytes());
        past.compare();
        pasts.add(past);
        pasts.get(random.nextInt(pasts.size())).compare();
        if (pasts.size() > KEPT) {
            Path old = pasts.remove(random.nextInt(pasts.size())).file();
            Files.delete(old.getParent().getParent());
        }
        told("snapshot");
    }
}
