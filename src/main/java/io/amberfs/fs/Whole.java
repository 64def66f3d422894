package io.amberfs.fs;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * Has the present seen as it was before a {@link Recorder.Rework} or as it is after it, and never in between. Who reads takes no lock unless one is under way. Thread-safe.
 *
 * <p>{@code lock} (exclusive for a rework) is taken after the gate and before the lock of the {@link Tree}.
 */
final class Whole {
    private final StampedLock lock = new StampedLock();
    private volatile boolean torn;

    /** What {@code work} reads, which it may do several times. @throws FsException EIO once the present is torn */
    <T> T read(Supplier<T> work) {
        while (true) {
            long stamp = lock.tryOptimisticRead();
            if (stamp == 0) {
                enter().close();
                continue;
            }
            requireWhole();
            try {
                T read = work.get();
                if (lock.validate(stamp)) {
                    return read;
                }
            } catch (RuntimeException e) {
                if (lock.validate(stamp)) {
                    throw e;
                }
            }
        }
    }

    /** For reading something once: no rework begins until it is closed. */
    Gate.Pass enter() {
        long stamp = lock.readLock();
        return () -> lock.unlockRead(stamp);
    }

    /** Waits for who has entered; nobody reads until it is closed. */
    Gate.Pass shut() {
        long stamp = lock.writeLock();
        return () -> lock.unlockWrite(stamp);
    }

    /** A rework was broken off: until it is ended, by opening the drive anew, the present is neither the one nor the other. */
    void tear() {
        torn = true;
    }

    boolean isTorn() {
        return torn;
    }

    void requireWhole() {
        if (torn) {
            throw new FsException(Errno.EIO, "a rollback could not be finished, and the present is shown only when it is: the log says why; instants in .snapshots can be read");
        }
    }
}
