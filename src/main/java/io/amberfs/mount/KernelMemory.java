package io.amberfs.mount;

import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.model.Name;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jnr.ffi.Pointer;

/**
 * What the kernel remembers of a mount, and how it is told to forget: for changes that did not come through it.
 *
 * <ul>
 * <li>To be called after the change, with no lock of the drive held: the kernel waits for what is under way on the directory, which may wait for the drive.
 * <li>After {@link #close} nothing is told any more; {@code lock} (shared for telling, exclusive for closing) keeps the channel until then.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class KernelMemory implements Invalidation {
    private final LibFuse fuse;
    private final Pointer channel;
    private final NodeIds ids;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    KernelMemory(LibFuse fuse, Pointer channel, NodeIds ids) {
        this.fuse = fuse;
        this.channel = channel;
        this.ids = ids;
    }

    /** That the kernel does not know the name (an errno in the answer) is as good. */
    @Override
    public void entry(Node directory, Name name) {
        tell(() -> {
            byte[] bytes = Text.terminated(name.bytes());
            fuse.fuse_lowlevel_notify_inval_entry(channel, ids.told(directory), bytes, name.bytes().length);
        });
    }

    @Override
    public void inode(Node node) {
        tell(() -> fuse.fuse_lowlevel_notify_inval_inode(channel, ids.told(node), 0, 0));
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
