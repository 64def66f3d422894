package io.amberfs.block;

/**
 * Who has the numbers of blocks in hand, on their way from the store into a record, or from one record into another. Reclaim waits for those who began before it looked at the
 * records: what they have in hand may be in none. Nobody waits for it. Thread-safe; guarded by itself.
 */
public final class Hands {
    private static final class Generation {
        private int count;
    }

    private Generation current = new Generation();

    /** Until it is closed, once. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    public synchronized Held hold() {
        Generation generation = current;
        generation.count++;
        return () -> release(generation);
    }

    private synchronized void release(Generation generation) {
        if (--generation.count == 0) {
            notifyAll();
        }
    }

    /** Waits until all are closed that are held now. One thread at a time, which holds none. */
    synchronized void await() {
        Generation before = current;
        current = new Generation();
        boolean interrupted = false;
        while (before.count > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
