package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.kernel.Features;
import io.amberfs.kernel.FuseDevice;
import io.amberfs.kernel.NativeCalls;
import io.amberfs.kernel.Opcode;
import io.amberfs.kernel.Outgoing;
import io.amberfs.kernel.Seat;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount that speaks the kernel's own protocol. */
final class KernelSession implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSession.class);
    static final long WANTED = Features.ASYNC_READ | Features.ATOMIC_O_TRUNC | Features.BIG_WRITES | Features.ASYNC_DIO | Features.PARALLEL_DIROPS
        | Features.MAX_PAGES | Features.CACHE_SYMLINKS | Features.EXPLICIT_INVAL_DATA | Features.SETXATTR_EXT | Features.DO_READDIRPLUS | Features.READDIRPLUS_AUTO
        | Features.WRITEBACK_CACHE | Features.HANDLE_KILLPRIV_V2 | Features.POSIX_ACL | Features.DONT_MASK | Features.ABORT_ERROR;
    private static final int FLUSH_SECONDS_MAX = 60;
    /** What the kernel may read ahead; what it does is up to {@link BackingDevice}. */
    private static final int READ_AHEAD = 4 * Features.DATA_MAX;

    private final FuseDevice device;
    private final Path mountpoint;
    private final MountOptions options;
    /** For requests that cannot be answered before others are. */
    private final ExecutorService aside = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "amberfs-mount-aside");
        thread.setDaemon(true);
        return thread;
    });
    private final Drive drive;
    private final Clock clock;
    private final NodeIds ids;
    private final Writeback writeback = new Writeback();
    private final Flusher flusher;
    /** Held by who flushes. */
    private final Object flushing = new Object();
    private final KernelMemory memory;
    private final KernelWorkers workers;
    private volatile Optional<KernelRequests> requests = Optional.empty();
    private volatile Runnable onReady = () -> { };
    private volatile Consumer<String> onRefused = reason -> { };
    private volatile Runnable onEnd = () -> { };

    /** @throws Refusal when it cannot be mounted */
    KernelSession(NativeCalls calls, MountOptions options, Path mountpoint, Drive drive, Clock clock, boolean root) {
        this.mountpoint = mountpoint;
        this.options = options;
        this.drive = drive;
        ids = new NodeIds(options.root());
        this.clock = clock;
        device = mount(calls, options, mountpoint, root);
        flusher = new Flusher(mountpoint);
        memory = new KernelMemory(ids, new KernelNotices(device));
        workers = new KernelWorkers(device, server, this::end);
    }

    private static FuseDevice mount(NativeCalls calls, MountOptions options, Path mountpoint, boolean root) {
        try {
            if (root) {
                String data = "rootmode=40000,user_id=0,group_id=0,default_permissions" + (options.allowOther() ? ",allow_other" : "");
                return FuseDevice.mount(calls, new FuseDevice.Request(mountpoint, options.source(), "fuse.amberfs", options.mountFlags(), data));
            }
            Path program = MountCheck.unmounter().orElseThrow(() -> new Refusal(ExitCode.ERROR, "fusermount is not installed: run 'apt-get install fuse3' as root"));
            return FuseDevice.fusermount(calls, program, mountpoint, options.fusermount());
        } catch (FuseDevice.MountFailure e) {
            throw new Refusal(ExitCode.ERROR, "cannot mount on " + mountpoint + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void serve(Runnable onReady, Consumer<String> onRefused, Runnable onEnd) {
        this.onReady = onReady;
        this.onRefused = onRefused;
        this.onEnd = onEnd;
        workers.start();
    }

    private final KernelWorkers.Server server = new KernelWorkers.Server() {
        @Override
        public void fetched(Seat seat) {
            writeback.fetched(seat.incoming());
        }

        @Override
        public void answer(Seat seat, KernelReply reply) {
            KernelSession.this.answer(seat, reply);
        }
    };

    private void answer(Seat seat, KernelReply reply) {
        if (requests.isPresent() && requests.get().waitsForOthers(seat.incoming())) {
            Seat other = seat.aside();
            aside.execute(() -> answerAside(requests.get(), other));
            reply.nothing();
        } else if (requests.isPresent()) {
            requests.get().answer(seat.incoming(), reply);
        } else if (seat.incoming().opcode() == Opcode.INIT) {
            begin(seat, reply);
        } else {
            reply.error(Errno.EIO.number());
        }
    }

    private static void answerAside(KernelRequests requests, Seat seat) {
        KernelReply reply = new KernelReply(seat.outgoing());
        reply.begin(seat.incoming().unique());
        requests.answer(seat.incoming(), reply);
        if (!seat.reply(reply.length())) {
            reply.failed();
        }
    }

    /** The kernel asks nothing else before this is answered. */
    private void begin(Seat seat, KernelReply reply) {
        try {
            Features features = Features.agree(seat.incoming(), WANTED);
            requests = Optional.of(new KernelRequests(drive, ids, options.root(), clock, features, writeback, flusher));
            reply.agreed(features, READ_AHEAD);
            onReady.run();
        } catch (IllegalArgumentException e) {
            reply.error(Errno.EPROTO.number());
            onRefused.accept(e.getMessage());
        }
    }

    private void end() {
        try {
            memory.close();
            writeback.end();
            closeDevice();
            flusher.close();
            requests.ifPresent(KernelRequests::closeAll);
        } finally {
            onEnd.run();
        }
    }

    /** Not before the last reply: one that came later could go to another file that has the descriptor by then. */
    private void closeDevice() {
        aside.shutdown();
        try {
            if (aside.awaitTermination(FLUSH_SECONDS_MAX, TimeUnit.SECONDS)) {
                device.close();
            } else {
                LOG.error("a request of the mount on {} is still at work after its end", mountpoint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Invalidation invalidation() {
        return memory;
    }

    @Override
    public void flushKernel() {
        if (requests.filter(KernelRequests::hasWriters).isEmpty()) {
            return;
        }
        synchronized (flushing) {
            flush();
        }
    }

    private void flush() {
        writeback.begin();
        try {
            flusher.flush();
            if (!writeback.await(FLUSH_SECONDS_MAX)) {
                LOG.warn("what the kernel holds of writes to {} has not come: what is kept now may lack the newest", mountpoint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            writeback.finish();
        }
    }
}
