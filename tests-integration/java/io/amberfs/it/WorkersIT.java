package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight threads make, change, link, rename and remove in one tree of a real drive, beside one tree in memory. Each thousand steps one of them takes a snapshot of both, which it
 * compares while the others go on. {@code -Damberfs.steps=N} takes more; {@code -Damberfs.seed=N} repeats a run as far as threads can be repeated.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class WorkersIT {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int STEPS = Integer.getInteger("amberfs.steps", 50_000);
    private static final int STEPS_PER_SNAPSHOT = 1_000;
    private static final int WORKERS = 8;

    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean failed;

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr-fuse"})
    void eachSeesWhatTheOthersDidAndSoDoesThePast(String transport) throws Exception {
        System.out.println("WorkersIT: " + STEPS + " steps by " + transport + ", seed " + SEED);
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        try (MountedDrive drive = MountedDrive.mounted("--transport", transport)) {
            SharedTree tree = new SharedTree(Files.createDirectory(drive.at("tree")));
            for (SharedTree.Folder folder : tree.folders()) {
                Files.createDirectories(folder.path());
            }
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                Random random = new Random(SEED + i);
                running.add(threads.submit(() -> work(drive, tree, random)));
            }
            for (Future<?> each : running) {
                each.get();
            }
            compare(tree.all(), drive.at("tree"));
            drive.remount("--transport", transport);
            compare(tree.all(), drive.at("tree"));
            drive.amberfs("check").ok();
        } finally {
            failed = true;
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS), "the workers have ended");
        }
    }

    private Void work(MountedDrive drive, SharedTree tree, Random random) throws IOException {
        TreeWorker worker = new TreeWorker(tree, random);
        int step = 0;
        try {
            for (step = steps.incrementAndGet(); step <= STEPS && !failed; step = steps.incrementAndGet()) {
                worker.step();
                if (step % STEPS_PER_SNAPSHOT == 0) {
                    snapshot(drive, tree, "step-" + step);
                }
            }
        } catch (IOException | AssertionError e) {
            failed = true;
            throw new AssertionError("seed " + SEED + ", step " + step + ": " + e, e);
        }
        return null;
    }

    private static void snapshot(MountedDrive drive, SharedTree tree, String name) throws IOException {
        Map<String, byte[]> all;
        tree.still.writeLock().lock();
        try {
            Files.createDirectory(drive.past(name));
            all = tree.all();
        } finally {
            tree.still.writeLock().unlock();
        }
        compare(all, drive.past(name).resolve("tree"));
        Files.delete(drive.past(name));
    }

    private static void compare(Map<String, byte[]> all, Path root) throws IOException {
        Map<String, byte[]> left = new HashMap<>(all);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root.relativize(file).toString();
                assertTrue(left.containsKey(name), () -> file + " should not be there");
                byte[] wanted = left.remove(name);
                if (wanted != null) {
                    byte[] link = Files.isSymbolicLink(file) ? ("-> " + Files.readSymbolicLink(file)).getBytes(StandardCharsets.UTF_8) : null;
                    assertArrayEquals(wanted, link != null ? link : Files.readAllBytes(file), () -> file.toString());
                } else {
                    assertTrue(Files.isDirectory(file), () -> file.toString());
                }
            }
        }
        assertEquals(Map.of(), left, () -> "missing in " + root);
    }
}
