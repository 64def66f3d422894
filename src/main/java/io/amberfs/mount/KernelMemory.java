package io.amberfs.mount;

import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.model.Name;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;

/**
 * What the kernel remembers of a mount, and how it is told to forget: for changes that did not come through it.
 *
 * <ul>
 * <li>To be called after the change, with no lock of the drive held: the kernel waits for what is under way on the directory, which may wait for the drive.
 * <li>After {@link #close} nothing is told any more; {@code lock} (shared for telling, exclusive for closing) keeps the way to the kernel until then.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class KernelMemory implements Invalidation {
    /** How a transport says it. That the kernel does not know the name or the node is as good. */
    interface Notices {
        void entry(long directory, byte[] name);

        /** Attributes and all contents. */
        void inode(long node);
    }

    private final NodeIds ids;
    private final Notices notices;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    KernelMemory(NodeIds ids, Notices notices) {
        this.ids = ids;
        this.notices = notices;
    }

    @Override
    public void entry(Node directory, Name name) {
        tell(() -> notices.entry(ids.told(directory), name.bytes()));
    }

    @Override
    public void inode(Node node) {
        tell(() -> notices.inode(ids.told(node)));
    }

    /** Nothing is told: the numbers of these inodes are others from now on. */
    @Override
    public void renewed(long[] inodes) {
        ids.renew(inodes);
    }

    /** Nothing is told: the numbers of what is in these commits are others from now on, and the names that lead into them are asked for anew each time. */
    @Override
    public void revised(LongPredicate epochs) {
        ids.revise(epochs);
    }

    void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void tell(Runnable word) {
        lock.readLock().lock();
        try {
            if (!closed) {
                word.run();
            }
        } finally {
            lock.readLock().unlock();
        }
    }
}
