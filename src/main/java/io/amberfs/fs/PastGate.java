package io.amberfs.fs;

import io.amberfs.history.Past;
import io.amberfs.history.Volume;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * Between who reads the past and who lets it go: an instant in which something is open stays, and no call finds half of one. Thread-safe.
 *
 * <p>{@code gate} is shared by calls and exclusive for letting commits go; {@code open} is guarded by itself and is the inner one. Neither is
 * held while a lock of the present is taken.
 */
final class PastGate {
    private final Volume volume;
    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    /** How many files and directories are open in an epoch. */
    private final Map<Long, Integer> open = new HashMap<>();
    /** Epochs that were found in the store. */
    private final Set<Long> known = ConcurrentHashMap.newKeySet();

    PastGate(Volume volume) {
        this.volume = volume;
    }

    /** Runs {@code call} on an instant, which is there until it returns. @throws FsException ESTALE when the commit is gone */
    <T> T in(long epoch, Function<Past, T> call) {
        gate.readLock().lock();
        try {
            if (!isOpen(epoch) && !known.contains(epoch)) {
                if (!volume.timeline().has(epoch)) {
                    throw new FsException(Errno.ESTALE, "the commit " + epoch + " is gone");
                }
                known.add(epoch);
            }
            return call.apply(volume.at(epoch));
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Keeps an instant until {@link #leave}. To be called within {@link #in}. */
    void enter(long epoch) {
        synchronized (open) {
            open.merge(epoch, 1, Integer::sum);
        }
    }

    void leave(long epoch) {
        synchronized (open) {
            open.computeIfPresent(epoch, (e, count) -> count == 1 ? null : count - 1);
        }
    }

    private boolean isOpen(long epoch) {
        synchronized (open) {
            return open.containsKey(epoch);
        }
    }

    /** The epochs in which something is open. */
    Set<Long> pinned() {
        synchronized (open) {
            return Set.copyOf(open.keySet());
        }
    }

    /** Runs {@code work}, after which the epochs cannot be entered, while no call is under way; not if something is open in one of them. @return whether it ran */
    boolean letGo(Collection<Long> epochs, Runnable work) {
        gate.writeLock().lock();
        try {
            if (pinned().stream().anyMatch(epochs::contains)) {
                return false;
            }
            epochs.forEach(known::remove);
            work.run();
            return true;
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Runs {@code work}, after which instants show something else than before, while no call is under way; not if something is open in one of them. @return whether it ran */
    boolean revise(LongPredicate isHit, Runnable work) {
        gate.writeLock().lock();
        try {
            if (pinned().stream().anyMatch(isHit::test)) {
                return false;
            }
            work.run();
            return true;
        } finally {
            gate.writeLock().unlock();
        }
    }
}
