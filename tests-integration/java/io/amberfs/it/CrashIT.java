package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The daemon is killed at random moments under load; {@code -Damberfs.crashes=N} does it more often, {@code -Damberfs.seed=N} repeats a run as far as threads
 * can be repeated.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class CrashIT {
    private static final int CRASHES = Integer.getInteger("amberfs.crashes", 50);
    private static final int CRASHES_PER_STORE = 10;
    private static final int CRASHES_PER_CHECK = 5;
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private final Random random = new Random(SEED);
    private long steps;
    private int idle;

    @Test
    void whatWasFsyncedAndSnapshottedSurvivesTheDeathOfTheDaemonAtAnyMoment() throws Exception {
        System.out.println("CrashIT: " + CRASHES + " crashes, seed " + SEED);
        for (int done = 0; done < CRASHES; done += CRASHES_PER_STORE) {
            crash(done, Math.min(CRASHES, done + CRASHES_PER_STORE));
        }
        System.out.println("CrashIT: " + steps + " steps of work, " + idle + " more crashes in which too little was under way");
    }

    private void crash(int from, int to) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (MountedDrive drive = MountedDrive.unmounted()) {
            ProcessHandle daemon = mount(drive);
            List<CrashWork> works = works(drive.path());
            for (int crash = from; crash < to; ) {
                String where = "seed " + SEED + ", crash " + crash;
                boolean counts = kill(drive, daemon, works, threads, where);
                daemon = mount(drive);
                for (CrashWork work : works) {
                    work.verify(where);
                }
                crash += counts ? 1 : 0;
                idle += counts ? 0 : 1;
                if (crash % CRASHES_PER_CHECK == 0 || crash == to) {
                    drive.amberfs("check").ok();
                }
                assertTrue(idle < CRASHES, () -> where + ": in too many crashes hardly anything was under way");
            }
            steps += works.stream().mapToLong(CrashWork::steps).sum();
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS), "the writers have ended");
        }
    }

    private List<CrashWork> works(Path drive) throws IOException {
        List<CrashWork> works = new ArrayList<>();
        List<CrashLog> logs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CrashLog log = new CrashLog(Files.createDirectory(drive.resolve("log" + i)), random.nextLong());
            logs.add(log);
            works.add(log);
            works.add(new CrashPages(Files.createDirectory(drive.resolve("pages" + i))));
            works.add(new CrashReplaced(Files.createDirectory(drive.resolve("replaced" + i)), random.nextLong()));
            works.add(new CrashNames(Files.createDirectory(drive.resolve("names" + i))));
        }
        works.add(new CrashSnapshots(drive, logs, random.nextLong()));
        CrashWork.syncFolder(drive);
        return works;
    }

    /**
     * A crash in which nothing was under way proves nothing: at least half of the writers must have been in an operation. Some finish theirs, and have not begun the next, between the
     * look and the kill.
     *
     * @return whether as many were; if not, what the crash left must be right all the same, but it does not count as one
     */
    private boolean kill(MountedDrive drive, ProcessHandle daemon, List<CrashWork> works, ExecutorService threads, String where) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (CrashWork work : works) {
            Random own = new Random(random.nextLong());
            running.add(threads.submit(() -> work.run(own)));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(1400)));
        awaitWork(works);
        assertTrue(daemon.isAlive() && daemon.destroyForcibly(), () -> where + ": the daemon had ended by itself");
        for (Future<?> each : running) {
            await(each, where);
        }
        MountedDrive.awaitEnd(daemon);
        long inFlight = works.stream().filter(CrashWork::wasInFlight).count();
        FileSystemException gone = assertThrows(FileSystemException.class, () -> Files.newDirectoryStream(drive.path()).close());
        assertTrue(String.valueOf(gone.getReason()).contains("endpoint is not connected"), () -> where + ": a dead drive answers ENOTCONN, not " + gone);
        return inFlight * 2 >= works.size();
    }

    /** Until the next moment at which more than enough writers are in an operation: some finish theirs while the daemon is being killed. Where the kernel does not tell, any will do. */
    private static void awaitWork(List<CrashWork> works) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (works.stream().filter(CrashWork::isInFlight).count() * 2 < works.size() + 3 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    private static void await(Future<?> writer, String where) throws Exception {
        try {
            writer.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(where + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(where + ": a writer hangs on a dead drive", e);
        }
    }

    private static ProcessHandle mount(MountedDrive drive) {
        Object pid = MountedDrive.json(drive.amberfs("mount", drive.path(), "--json").ok()).get("pid");
        return ProcessHandle.of(((Number) pid).longValue()).orElseThrow();
    }
}
