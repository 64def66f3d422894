package io.amberfs.fs;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;

/** Lets operations through side by side, and shuts them out while a cut is made. Passes may be given back by another thread; they do not nest. Thread-safe. */
final class Gate {
    /** Leave to change the drive, to be closed once; closing again does nothing. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    private final StampedLock lock = new StampedLock();

    Pass enter() {
        long stamp = lock.readLock();
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                lock.unlockRead(stamp);
            }
        };
    }

    /** Waits until nobody is inside, and lets nobody in until it is closed. */
    Pass shut() {
        long stamp = lock.writeLock();
        return () -> lock.unlockWrite(stamp);
    }
}
