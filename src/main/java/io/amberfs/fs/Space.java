package io.amberfs.fs;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.store.Store;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room on the disk and in memory for what is written.
 *
 * <ul>
 * <li>A reserve of the disk is kept back, so that deleting, recording and the database's own housekeeping still work when users get ENOSPC.
 * <li>Bytes that are written but not sealed are bounded: a writer waits for room.
 * </ul>
 *
 * <p>Thread-safe; guarded by itself.
 */
final class Space {
    /** Unsealed bytes in memory, at most. */
    static final long DIRTY_MAX = 48L << 20;
    /** And ends of files that are cut again, in all. */
    private static final long AGAIN_MAX = 12L << 20;
    private static final long RESERVE_MAX = 256L << 20;
    /** The database's log and one round of its housekeeping. */
    private static final long RESERVE_MIN = 128L << 20;
    /** Written bytes after which the file system is asked again. */
    private static final long ASK_AFTER = 16L << 20;

    private final Store store;
    private final AtomicLong written = new AtomicLong();
    private volatile long free;
    private volatile long reserve;
    private long dirty;

    Space(Store store) {
        this.store = store;
        refresh();
    }

    void refresh() {
        written.set(0);
        free = store.freeBytes();
        reserve = reserve(store.totalBytes());
    }

    long free() {
        return Math.max(0, free - reserve - written.get());
    }

    /** @throws FsException ENOSPC when {@code bytes} more would reach into the reserve */
    void require(long bytes) {
        if (written.get() > ASK_AFTER) {
            refresh();
        }
        if (free() < bytes) {
            refresh();
            if (free() < bytes) {
                throw new FsException(Errno.ENOSPC, "the store's file system has " + free + " bytes left, " + reserve + " of them are kept in reserve");
            }
        }
    }

    /** Waits until there is room for more unsealed bytes. To be called with no lock held; {@code relieve} starts the sealing of what is there. */
    void awaitRoom(Runnable relieve) {
        while (isFull()) {
            relieve.run();
            awaitChange();
        }
    }

    private synchronized boolean isFull() {
        return dirty > DIRTY_MAX;
    }

    /** Whether bytes may be read to be sealed once more: many files at once must not fill the memory with them. */
    boolean hasRoomToCutAgain() {
        return unsealed() <= DIRTY_MAX + AGAIN_MAX;
    }

    /** Bytes that are written or to be cut again, and not sealed. */
    synchronized long unsealed() {
        return dirty;
    }

    private synchronized void awaitChange() {
        try {
            if (dirty > DIRTY_MAX) {
                wait(1000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR);
        }
    }

    synchronized void dirty(long bytes) {
        dirty += bytes;
        written.addAndGet(Math.max(0, bytes));
        if (bytes < 0) {
            notifyAll();
        }
    }

    private static long reserve(long total) {
        return Math.min(total / 2, Math.max(RESERVE_MIN, Math.min(RESERVE_MAX, total / 20)));
    }
}
