package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Clock;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.lang.ref.Reference;
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
    private static final int POINTER_BYTES = 8;

    private final LibFuse fuse;
    private final LibC libC;
    private final Path mountpoint;
    private final Operations operations;
    private final CompletableFuture<Void> ready;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private Mount(LibFuse fuse, LibC libC, Path mountpoint, Drive drive, Clock clock) {
        this.fuse = fuse;
        this.libC = libC;
        this.mountpoint = mountpoint;
        CompletableFuture<Void> ready = new CompletableFuture<>();
        this.ready = ready;
        this.operations = new Operations(drive, clock, () -> ready.complete(null));
    }

    /** Returns when the drive answers. @throws Refusal saying what is missing and what to do */
    public static Mount start(Drive drive, MountOptions options, Clock clock) {
        LibC libC = LibC.load();
        boolean root = libC.geteuid() == 0;
        LibFuse fuse = MountCheck.library();
        MountCheck.system(root, options.allowOther());
        Path mountpoint = MountCheck.mountpoint(options.mountpoint(), options.source(), libC);
        Mount mount = new Mount(fuse, libC, mountpoint, drive, clock);
        mount.begin(new MountOptions(mountpoint, options.store(), options.readOnly(), options.allowOther()).arguments(root));
        return mount;
    }

    private void begin(List<String> arguments) {
        Runtime runtime = Runtime.getSystemRuntime();
        List<Pointer> texts = arguments.stream().map(argument -> Text.allocate(runtime, argument)).toList();
        Pointer vector = Memory.allocateDirect(runtime, (texts.size() + 1) * POINTER_BYTES, true);
        for (int i = 0; i < texts.size(); i++) {
            vector.putPointer((long) i * POINTER_BYTES, texts.get(i));
        }
        // libfuse leaves its copy of the mountpoint here, and wants it back at the end.
        Pointer mountpointOut = Memory.allocateDirect(runtime, POINTER_BYTES, true);
        Pointer threadsOut = Memory.allocateDirect(runtime, POINTER_BYTES, true);
        Pointer handle = fuse.fuse_setup(texts.size(), vector, operations.table(), operations.size(), mountpointOut, threadsOut, null);
        // libfuse has its own copies now; until here ours must not be freed with objects that nothing uses any more.
        Reference.reachabilityFence(texts);
        Reference.reachabilityFence(vector);
        Reference.reachabilityFence(threadsOut);
        if (handle == null) {
            throw new Refusal(ExitCode.ERROR, "libfuse could not mount on " + mountpoint + ": its reason is on standard error or in the log");
        }
        new Workers(fuse, fuse.fuse_get_session(handle), () -> end(handle, mountpointOut.getPointer(0))).start();
        awaitReady();
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

    /** On the last worker thread, when no other is in libfuse. */
    private void end(Pointer handle, Pointer mountpointText) {
        try {
            fuse.fuse_teardown(handle, mountpointText);
            operations.closeAll();
        } finally {
            ended.complete(null);
        }
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
