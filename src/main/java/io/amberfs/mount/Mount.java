package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.kernel.NativeCalls;
import io.amberfs.model.Clock;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.posix.OwnLibrary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private final Session session;
    private final LibC libC;
    private final Path mountpoint;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private Mount(Session session, LibC libC, Path mountpoint) {
        this.session = session;
        this.libC = libC;
        this.mountpoint = mountpoint;
    }

    /** Returns when the drive answers. @throws Refusal saying what is missing and what to do */
    public static Mount start(Drive drive, MountOptions options, Clock clock) {
        LibC libC = LibC.load();
        boolean root = libC.geteuid() == 0;
        Optional<NativeCalls> kernel = options.transport() == Transport.KERNEL ? kernel() : Optional.empty();
        Optional<LibFuse> fuse = kernel.isPresent() ? Optional.empty() : Optional.of(MountCheck.library());
        MountCheck.system(root, options.allowOther());
        Path mountpoint = MountCheck.mountpoint(options.mountpoint(), options.source(), libC);
        Session session = kernel.<Session>map(calls -> new KernelSession(calls, options, mountpoint, drive, clock, root))
            .orElseGet(() -> new LibFuseSession(fuse.orElseThrow(), mountpoint, drive, options.root(), clock, options.arguments(root)));
        Mount mount = new Mount(session, libC, mountpoint);
        session.serve(() -> mount.ready.complete(null), mount::refused, () -> mount.ended.complete(null));
        mount.awaitReady();
        if (kernel.isPresent()) {
            BackingDevice.set(BackingDevice.ALL, MountTable.read(), mountpoint);
        }
        return mount;
    }

    /** Our own library; without one the drive is mounted by libfuse all the same. */
    private static Optional<NativeCalls> kernel() {
        try {
            Optional<NativeCalls> calls = OwnLibrary.bind(NativeCalls.class, System.getenv());
            if (calls.isEmpty()) {
                LOG.warn("amberfs was built without its library for this machine: the drive is mounted by libfuse, which is slower");
            }
            return calls;
        } catch (UnsatisfiedLinkError e) {
            LOG.warn("amberfs cannot load its library, so the drive is mounted by libfuse, which is slower: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private void refused(String reason) {
        ready.completeExceptionally(new Refusal(ExitCode.ERROR, "cannot mount on " + mountpoint + ": " + reason + ": use --transport jnr-fuse"));
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
            new Unmount(libC, mountpoint).detach();
            throw (Refusal) e.getCause();
        }
        if (!ready.isDone()) {
            throw new Refusal(ExitCode.ERROR, "the kernel refused the mount on " + mountpoint + ": see 'dmesg' for its reason");
        }
    }

    /** How the kernel is told of changes that do not come through this mount. */
    public Invalidation invalidation() {
        return session.invalidation();
    }

    /** Has the kernel pass on writes that have returned and that the drive has not seen. Not to be called by a thread that requests wait for. */
    public void flushKernel() {
        session.flushKernel();
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
