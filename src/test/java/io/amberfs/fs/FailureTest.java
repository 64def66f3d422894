package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.StoreFailedException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is acknowledged when the store fails, or is slow, below a drive. */
class FailureTest {
    private final HookedStore store = new HookedStore();
    private final TestDrive t = new TestDrive(store);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        t.close();
    }

    private static RuntimeException broken() {
        return new StoreFailedException("the disk is on fire", new java.io.IOException());
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }

    /** Lets the next write wait until the test goes on, and then runs {@code then}. */
    private void hold(Runnable then) {
        store.beforeWrite = () -> {
            reached.countDown();
            await(release);
            then.run();
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread start(Runnable work, AtomicReference<Throwable> thrown) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                thrown.set(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void untilItWaits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(thread.isAlive(), "returned without waiting");
            Thread.onSpinWait();
        }
    }

    private void secondFailsWithTheFirst(Runnable second) throws InterruptedException {
        AtomicReference<Throwable> first = new AtomicReference<>();
        AtomicReference<Throwable> other = new AtomicReference<>();
        hold(() -> {
            throw broken();
        });
        Thread committer = start(() -> t.drive.sync(), first);
        await(reached);
        Thread waiting = start(second, other);
        untilItWaits(waiting);
        release.countDown();
        committer.join();
        waiting.join();
        assertTrue(first.get() instanceof StoreFailedException, () -> "the first: " + first.get());
        assertTrue(other.get() instanceof FsException e && e.errno() == Errno.EIO, () -> "the second: " + other.get());
    }

    @Test
    void anFsyncThatWaitedForAFailedCommitFails() throws InterruptedException {
        t.write("/a", "one");
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            secondFailsWithTheFirst(() -> handle.fsync(false));
        }
    }

    @Test
    void aSyncThatWaitedForAFailedCommitFails() throws InterruptedException {
        t.write("/a", "one");
        secondFailsWithTheFirst(() -> t.drive.sync());
    }

    @Test
    void aSyncWaitsForTheCommitThatIsUnderWay() throws InterruptedException {
        t.write("/a", "one");
        hold(() -> { });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread committer = start(() -> t.drive.sync(), thrown);
        await(reached);
        Thread waiting = start(() -> t.drive.sync(), thrown);
        untilItWaits(waiting);
        release.countDown();
        committer.join();
        waiting.join();
        assertEquals(Optional.empty(), Optional.ofNullable(thrown.get()));
    }

    @Test
    void nothingIsAcknowledgedAfterAFailureOfAnyKind() {
        t.write("/a", "one");
        store.beforeWrite = () -> {
            throw new OutOfMemoryError("for a test");
        };
        assertThrows(OutOfMemoryError.class, () -> t.drive.sync());
        store.beforeWrite = () -> { };
        assertEquals(Errno.EIO, errno(() -> t.drive.sync()));
        assertEquals(Errno.EROFS, errno(() -> t.write("/b", "two")));
        assertEquals("one", t.text("/a"));
        assertFalse(t.drive.tick().isPresent());
        try (TestDrive after = new TestDrive(store.rows.copy())) {
            assertEquals(java.util.List.of(), after.list(Node.ROOT).stream().filter(name -> !name.startsWith(".")).toList());
        }
    }

    @Test
    void aWriterThatWaitsForRoomFailsWhenSealingFails() {
        byte[] bytes = new byte[1 << 20];
        new Random(5).nextBytes(bytes);
        Thread writer = Thread.currentThread();
        store.beforeIngest = () -> {
            while (writer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            throw broken();
        };
        t.write("/a", "");
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            assertEquals(Errno.EROFS, errno(() -> {
                for (long i = 0; i < 300; i++) {
                    new Random(i).nextBytes(bytes);
                    handle.write(i << 20, bytes, 0, bytes.length);
                }
            }));
        }
    }
}
