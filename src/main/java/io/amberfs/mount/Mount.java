package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.model.Clock;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A drive that is mounted: from {@link #start} until someone unmounts it, be it {@link #unmount} or another program.
 *
 * <ul>
 * <li>When it has ended, every handle of the drive that it had open is closed; the drive itself is not.
 * <li>It installs no shutdown hook: whoever starts it unmounts it.
 * <li>Its threads are daemon threads.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Mount {
    private static final Logger LOG = LoggerFactory.getLogger(Mount.class);
    /** The kernel sends its first request at once; a machine that is swapping may take a while to answer it. */
    private static final long READY_SECONDS_MAX = 20;
    /** struct fuse_args: the count and the vector of arguments, and whether libfuse allocated it. */
    private static final int ARGS_BYTES = 24;

    private final LibFuse fuse;
    private final LibC libC;
    private final Path mountpoint;
    private final NodeIds ids;
    private final Operations operations;
    private final CompletableFuture<Void> ready;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final KernelMemory memory;
    private final Pointer session;
    private final Pointer channel;

    private Mount(LibFuse fuse, LibC libC, Path mountpoint, Drive drive, Clock clock, Node root, List<String> arguments) {
        this.fuse = fuse;
        this.libC = libC;
        this.mountpoint = mountpoint;
        this.ids = new NodeIds(root);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        this.ready = ready;
        this.operations = new Operations(drive, fuse, ids, clock, () -> ready.complete(null));
        Pointer args = argumentsFor(fuse, arguments);
        channel = fuse.fuse_mount(Text.terminated(mountpoint.toString()), args);
        if (channel == null) {
            fuse.fuse_opt_free_args(args);
            throw refused();
        }
        memory = new KernelMemory(fuse, channel, ids);
        session = fuse.fuse_lowlevel_new(args, operations.table(), operations.size(), null);
        fuse.fuse_opt_free_args(args);
        if (session == null) {
            fuse.fuse_unmount(Text.terminated(mountpoint.toString()), channel);
            throw refused();
        }
        fuse.fuse_session_add_chan(session, channel);
    }

    /** Returns when the drive answers. @throws Refusal saying what is missing and what to do */
    public static Mount start(Drive drive, MountOptions options, Clock clock) {
        LibC libC = LibC.load();
        boolean root = libC.geteuid() == 0;
        LibFuse fuse = MountCheck.library();
        MountCheck.system(root, options.allowOther());
        Path mountpoint = MountCheck.mountpoint(options.mountpoint(), options.source(), libC);
        Mount mount = new Mount(fuse, libC, mountpoint, drive, clock, options.root(), options.arguments(root));
        new Workers(fuse, mount.session, mount.channel, mount::end).start();
        mount.awaitReady();
        return mount;
    }

    /** A struct fuse_args with copies of the arguments, which libfuse takes out one by one. */
    private static Pointer argumentsFor(LibFuse fuse, List<String> arguments) {
        Pointer args = Memory.allocateDirect(Runtime.getSystemRuntime(), ARGS_BYTES, true);
        arguments.forEach(argument -> fuse.fuse_opt_add_arg(args, Text.terminated(argument)));
        return args;
    }

    private void awaitReady() {
        try {
            CompletableFuture.anyOf(ready, ended).get(READY_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            new Unmount(libC, mountpoint).detach();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted while mounting on " + mountpoint, e);
        } catch (TimeoutException e) {
            new Unmount(libC, mountpoint).detach();
            throw new Refusal(ExitCode.ERROR, "the kernel did not answer the mount on " + mountpoint + " within " + READY_SECONDS_MAX + " s: try again", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the wait for the mount on " + mountpoint + " cannot fail", e);
        }
        if (!ready.isDone()) {
            throw new Refusal(ExitCode.ERROR, "the kernel refused the mount on " + mountpoint + ": see 'dmesg' for its reason");
        }
    }

    private Refusal refused() {
        return new Refusal(ExitCode.ERROR, "libfuse could not mount on " + mountpoint + ": its reason is on standard error or in the log");
    }

    /** On the last worker thread, when no other is in libfuse. */
    private void end() {
        try {
            memory.close();
            fuse.fuse_session_remove_chan(channel);
            fuse.fuse_session_destroy(session);
            fuse.fuse_unmount(Text.terminated(mountpoint.toString()), channel);
            operations.closeAll();
        } finally {
            ended.complete(null);
        }
    }

    /** How the kernel is told of changes that do not come through this mount. */
    public Invalidation invalidation() {
        return memory;
    }

    public Path mountpoint() {
        return mountpoint;
    }

    /**
     * Unmounts; {@link #awaitEnd} follows.
     *
     * @return false if it is busy: files on it are open, or a process stands in it
     * @throws Refusal if it cannot be unmounted for another reason
     */
    public boolean unmount() {
        return ended.isDone() || new Unmount(libC, mountpoint).run() || ended.isDone();
    }

    /**
     * Unmounts even if busy: the mountpoint is free at once, and programs that still have files open get errors. Only where the user is not root and
     * /sys/fs/fuse/connections is not there, they go on until they close them or this process ends.
     */
    public void detach() {
        if (!ended.isDone()) {
            new Unmount(libC, mountpoint).detach();
        }
    }

    /** @return whether it has ended within that time */
    public boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            ended.get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of the mount on " + mountpoint + " cannot fail", e);
        }
    }

    /** Runs {@code action} when the mount has ended, on one of its threads, or at once if it has. */
    public void onEnd(Runnable action) {
        ended.thenRun(action).exceptionally(e -> {
            LOG.error("After the mount on {} ended, something went wrong", mountpoint, e);
            return null;
        });
    }
}
