package io.amberfs.mount;

import io.amberfs.kernel.Incoming;
import io.amberfs.kernel.Opcode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the writes to each file in the order in which the kernel sends them, so that a file that grows has no hole in any commit; and waits for those that
 * syncfs(2) has the kernel send: on FUSE it only sends them, as requests in the background, and returns.
 *
 * <p>These requests come in their order, and so does the closing of a directory. So whoever flushes ({@link Flusher}) opens the mount's root, calls syncfs and
 * closes it: when the closing arrives, every write has arrived ahead of it, and is done when those that are at work at that moment are.
 *
 * <p>Thread-safe; guarded by this.
 */
final class Writeback {
    /** Our number of the directory that is opened to flush; others have 0. */
    static final long HANDLE = 1;

    private final Set<Long> atWork = new HashSet<>();
    /** By node, the writes that have come and are not done. */
    private final Map<Long, Deque<Long>> queues = new HashMap<>();
    private Set<Long> awaited = new HashSet<>();
    private volatile boolean flushing;
    private boolean opened;
    private boolean closed;
    private boolean ended;

    /** Somebody is about to flush; only one at a time. */
    synchronized void begin() {
        flushing = true;
        opened = false;
        closed = false;
    }

    /** Whoever began has waited. */
    void finish() {
        flushing = false;
    }

    /** Whether somebody flushes, so that a directory which is opened may be the one. */
    boolean isFlushing() {
        return flushing;
    }

    /** Whoever flushes has opened the mount's root. @return our number of it */
    synchronized long open() {
        opened = true;
        return HANDLE;
    }

    /** A request was fetched; called before the next one is. */
    synchronized void fetched(Incoming request) {
        if (request.opcode() == Opcode.WRITE) {
            atWork.add(request.unique());
            queues.computeIfAbsent(request.node(), node -> new ArrayDeque<>()).add(request.unique());
        } else if (request.opcode() == Opcode.RELEASEDIR && request.handle() == HANDLE) {
            awaited = new HashSet<>(atWork);
            closed = true;
            notifyAll();
        }
    }

    /** Waits until the writes to {@code node} that came earlier are done. */
    synchronized void awaitTurn(long node, long unique) {
        boolean interrupted = false;
        while (queues.get(node).peek() != unique) {
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

    /** A write is done. */
    synchronized void done(long node, long unique) {
        atWork.remove(unique);
        Deque<Long> queue = queues.get(node);
        queue.remove(unique);
        boolean others = !queue.isEmpty();
        if (!others) {
            queues.remove(node);
        }
        boolean last = awaited.remove(unique) && awaited.isEmpty();
        if (others || last) {
            notifyAll();
        }
    }

    /** Nothing comes any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** To be called when whoever flushes is done. @return false if nobody has opened the root, or what was flushed has not arrived within that time */
    synchronized boolean await(long seconds) throws InterruptedException {
        if (!opened && !ended) {
            return false;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!ended && !(closed && awaited.isEmpty())) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
