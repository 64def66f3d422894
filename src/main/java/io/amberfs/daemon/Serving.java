package io.amberfs.daemon;

import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Refusal;
import io.amberfs.mount.Mount;
import io.amberfs.mount.MountOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a daemon: mounts the drive, commits while something changes, answers commands, and ends, everything written, when it is unmounted or told to by a signal.
 *
 * <p>Thread-safe. Started and ended by the thread that calls {@link #run}; a signal only unmounts, which ends it.
 */
public final class Serving implements DriveService.Mounted {
    /**
     * How to serve.
     *
     * @param at  the instant that is mounted; empty for the present
     * @param uid whom the root directory is expected to belong to, if somebody said so; {@code gid} likewise
     */
    public record Options(MountOptions mount, Duration interval, Optional<String> at, Optional<Integer> uid, Optional<Integer> gid) {
    }

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    /** A busy drive is detached on a signal: the machine is going down. */
    private static final long END_SECONDS = 10;
    /** Of ten seconds a scrub takes 0.4: in milliseconds and nanoseconds. */
    private static final long SCRUB_PAUSE = 10_000;
    private static final long SCRUB_STEP = 400_000_000L;

    private final OpenDrive open;
    private final Options options;
    private final CountDownLatch ended = new CountDownLatch(1);
    private Optional<Mount> mount = Optional.empty();

    public Serving(OpenDrive open, Options options) {
        this.open = open;
        this.options = options;
    }

    /** Returns when the drive is unmounted. {@code ready} is called once it answers. The drive is left open. */
    public void run(Runnable ready) {
        Thread signal = new Thread(this::endBySignal, "amberfs-signal");
        Runtime.getRuntime().addShutdownHook(signal);
        ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "amberfs-committer"));
        ScheduledExecutorService keeping = Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "amberfs-keeper"));
        Keeper keeper = new Keeper(open.drive(), open.clock());
        try (ControlServer control = new ControlServer(ControlSocket.pathFor(open.folder()), new DriveService(open, Optional.of(this)))) {
            Mount mounted = Mount.start(open.drive(), mountOptions(), open.clock());
            synchronized (this) {
                mount = Optional.of(mounted);
            }
            open.drive().upstream(mounted::flushKernel);
            CountDownLatch unmounted = new CountDownLatch(1);
            mounted.onEnd(unmounted::countDown);
            chores.scheduleWithFixedDelay(this::tick, options.interval().toMillis(), options.interval().toMillis(), TimeUnit.MILLISECONDS);
            keeping.scheduleWithFixedDelay(keeper::step, Keeper.PAUSE, Keeper.PAUSE, TimeUnit.MILLISECONDS);
            keeping.scheduleWithFixedDelay(this::scrub, SCRUB_PAUSE, SCRUB_PAUSE, TimeUnit.MILLISECONDS);
            LOG.info("the drive of {} is mounted at {}", open.folder(), mounted.mountpoint());
            ready.run();
            unmounted.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ExitCode.INTERRUPTED, "interrupted while serving the drive", e);
        } finally {
            // What the keeper is at ends when the drive is closed.
            keeping.shutdown();
            end(chores);
        }
    }

    /** A little of the scrub, if one is due. */
    private void scrub() {
        try {
            if (open.scrub().isDue() && open.drive().readOnly().isEmpty() && open.drive().retainer().alone(() -> open.scrub().step(SCRUB_STEP))) {
                LOG.info("a scrub has ended; damaged: {}", open.scrub().state().lastDamages());
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the scrub could not go on: {}", e.getMessage());
        }
    }

    /** To be called when all is written: a signal waits for it. */
    public void ended() {
        ended.countDown();
    }

    @Override
    public synchronized List<Path> mounts() {
        return mount.map(m -> List.of(m.mountpoint())).orElse(List.of());
    }

    @Override
    public synchronized Invalidation invalidation() {
        return mount.map(Mount::invalidation).orElse(Invalidation.NONE);
    }

    @Override
    public void unmount() {
        Mount mounted;
        synchronized (this) {
            mounted = mount.orElseThrow(() -> new Refusal(ExitCode.ERROR, "the drive is not mounted yet: try again"));
        }
        if (!mounted.unmount()) {
            throw new Refusal(ExitCode.ERROR, mounted.mountpoint() + " is in use: let programs leave it, then try again");
        }
    }

    private MountOptions mountOptions() {
        Attr root = open.drive().attr(Node.ROOT);
        if (options.uid().filter(uid -> uid != root.uid()).isPresent() || options.gid().filter(gid -> gid != root.gid()).isPresent()) {
            LOG.warn("uid= and gid= are for a new store: the root directory of this drive belongs to {}:{}, and chown changes that",
                Integer.toUnsignedString(root.uid()), Integer.toUnsignedString(root.gid()));
        }
        return options.at().map(at -> options.mount().withRoot(new Node.Past(new DrivePaths(open).epoch(at), Inode.ROOT))).orElse(options.mount());
    }

    private void tick() {
        try {
            open.drive().tick();
        } catch (FsException | Fault | Refusal e) {
            LOG.error("the drive could not be committed: {}", e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            LOG.error("a mistake in amberfs: the drive could not be committed", e);
        }
    }

    private void endBySignal() {
        Optional<Mount> mounted;
        synchronized (this) {
            mounted = mount;
        }
        try {
            if (mounted.isPresent() && !mounted.get().unmount()) {
                LOG.warn("{} is in use: it is detached", mounted.get().mountpoint());
                mounted.get().detach();
            }
            if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("the drive was not written out within {} s; what was not synced may be missing", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the drive could not be unmounted", e);
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void end(ScheduledExecutorService chores) {
        chores.shutdown();
        try {
            if (!chores.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the committer is still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
