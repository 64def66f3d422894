package io.amberfs.mount;

import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Memory;
import jnr.ffi.NativeType;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that fetch requests from the kernel and carry them out, each from start to end. They are Java threads: libfuse's own would be attached to and
 * detached from the Java machine at each of their first thousand calls.
 *
 * <ul>
 * <li>One thread is always waiting for a request, unless {@link #MOST} are at work; a thread that finds {@link #IDLE_MOST} others waiting ends.
 * <li>When the mount ends, they all end, and the last one runs the ending: no thread is in libfuse then.
 * </ul>
 */
final class LibFuseWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(LibFuseWorkers.class);
    private static final int MOST = 64;
    /** Each thread has its ciphers and contexts, so those that there are had better stay. */
    private static final int IDLE_MOST = 16;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    /** struct fuse_buf: size, flags, memory, file descriptor, position. */
    private static final int BUF_BYTES = 40;
    private static final int BUF_FLAGS = 8;
    private static final int BUF_MEMORY = 16;

    private final LibFuse fuse;
    private final Pointer session;
    private final Pointer channel;
    private final Runnable ending;
    private final AtomicInteger alive = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();

    LibFuseWorkers(LibFuse fuse, Pointer session, Pointer channel, Runnable ending) {
        this.fuse = fuse;
        this.session = session;
        this.channel = channel;
        this.ending = ending;
    }

    /** To be called once; they go on by themselves. */
    void start() {
        add();
    }

    private void add() {
        alive.incrementAndGet();
        waiting.incrementAndGet();
        Thread thread = new Thread(this::run, "amberfs-mount-" + started.incrementAndGet());
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // The system gives no more threads: those that there are go on, and the next request tries again.
            LOG.warn("No further thread for the mount could be started: {}", e.getMessage());
            waiting.decrementAndGet();
            alive.decrementAndGet();
        }
    }

    private void run() {
        try {
            serve();
        } catch (Throwable e) {
            LOG.error("A thread of the mount ended unexpectedly; unmount the drive and mount it again if it does not answer", e);
            waiting.decrementAndGet();
        } finally {
            if (alive.decrementAndGet() == 0) {
                ending.run();
            }
        }
    }

    private void serve() {
        Runtime runtime = Runtime.getSystemRuntime();
        int size = Math.toIntExact(fuse.fuse_chan_bufsize(channel));
        Pointer memory = Memory.allocateDirect(runtime, size);
        Pointer buffer = Memory.allocateDirect(runtime, BUF_BYTES, true);
        Pointer source = Memory.allocateDirect(runtime, runtime.findType(NativeType.ADDRESS).size(), true);
        while (fuse.fuse_session_exited(session) == 0) {
            buffer.putLong(0, size);
            buffer.putInt(BUF_FLAGS, 0);
            buffer.putPointer(BUF_MEMORY, memory);
            source.putPointer(0, channel);
            int received = fuse.fuse_session_receive_buf(session, buffer, source);
            if (received == -EINTR || received == -EAGAIN) {
                continue;
            }
            if (received <= 0) {
                end(received);
                break;
            }
            if (waiting.decrementAndGet() <= 0 && alive.get() < MOST) {
                add();
            }
            fuse.fuse_session_process_buf(session, buffer, source.getPointer(0));
            if (waiting.incrementAndGet() > IDLE_MOST) {
                break;
            }
        }
        waiting.decrementAndGet();
    }

    /** 0 is an unmount. Anything else, such as an abort of the connection, ends the mount as well: the kernel has let go of it. */
    private void end(int received) {
        if (received < 0) {
            LOG.warn("The kernel ended the mount with error {}", -received);
        }
        fuse.fuse_session_exit(session);
    }
}
