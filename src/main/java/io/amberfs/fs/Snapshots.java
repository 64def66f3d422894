package io.amberfs.fs;

import io.amberfs.history.Moment;
import io.amberfs.history.SteadyClock;
import io.amberfs.history.Timeline;
import io.amberfs.model.Commit;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Hold;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes, holds and deletes snapshots, by command or by a folder in {@code .snapshots}. The end of a hold comes by steady time, so that setting the clock brings it no nearer.
 * Thread-safe; its callers hold no lock.
 */
public final class Snapshots {
    private final Drive.Parts parts;
    private final PastNames past;
    private final Recorder recorder;
    private final SteadyClock steady;
    private final Runnable gather;

    Snapshots(Drive.Parts parts, PastNames past, Recorder recorder, SteadyClock steady, Runnable gather) {
        this.parts = parts;
        this.past = past;
        this.recorder = recorder;
        this.steady = steady;
        this.gather = gather;
    }

    /** @throws Refusal when there is one of that name, or it cannot name one */
    Snapshot make(String name) {
        Timeline.requireName(name);
        gather.run();
        recorder.commit(Optional.of(name));
        return parts.volume().timeline().snapshot(name).orElseThrow();
    }

    /**
     * Names a commit that was made before. To be called while none is let go.
     *
     * @throws Refusal when there is a snapshot of that name, or it cannot name one, or the commit is gone
     */
    public Snapshot make(String name, long epoch) {
        Timeline.requireName(name);
        recorder.exclusively(() -> {
            Timeline timeline = parts.volume().timeline();
            Recorder.requireUnused(timeline, name);
            Commit commit = timeline.commit(epoch).orElseThrow(() -> new Refusal(ExitCode.ERROR, "the moment is gone: the retention rule has let it go meanwhile"));
            parts.volume().update(new Snapshot(name, epoch, commit.time(), Optional.empty()));
        });
        return named(name);
    }

    /** @throws Refusal ERROR when there is none of that name */
    public Snapshot named(String name) {
        return parts.volume().timeline().snapshot(name).orElseThrow(() -> new Refusal(ExitCode.ERROR,
            "there is no snapshot '" + name + "': `amberfs snapshot list` shows those there are"));
    }

    /** Whether it cannot be deleted now. */
    public boolean isHeld(Snapshot snapshot) {
        return snapshot.hold().filter(hold -> !hold.isOver(steady.now().steady())).isPresent();
    }

    /** @throws Refusal HELD */
    public void delete(String name) {
        recorder.exclusively(() -> {
            Snapshot snapshot = named(name);
            if (isHeld(snapshot)) {
                throw new Refusal(ExitCode.HELD, "the snapshot '" + name + "' is held" + (isLocked(snapshot) ? " and locked until the end of that"
                    : ": `amberfs snapshot release " + name + "` first"));
            }
            parts.volume().delete(snapshot);
        });
    }

    /** Of one whose row is damaged the commit stays, and nobody knows whether it was held. */
    public void deleteDamaged(String name) {
        recorder.exclusively(() -> parts.volume().delete(new Snapshot(name, 0, 0, Optional.empty())));
    }

    /**
     * Keeps it from being deleted.
     *
     * @param until nanoseconds since 1970; empty: until it is released
     * @param lock  whether it cannot be released before; then {@code until} must be given
     * @throws Refusal USAGE for an end that is past, or a lock without one; HELD where it is locked and this would end earlier or lock it no more
     */
    public Snapshot hold(String name, OptionalLong until, boolean lock, String reason) {
        if (lock && until.isEmpty()) {
            throw new Refusal(ExitCode.USAGE, "--lock needs --until: what is locked cannot be released before that");
        } else if (reason.getBytes(StandardCharsets.UTF_8).length > Hold.REASON_MAX || reason.chars().anyMatch(c -> c < ' ')) {
            throw new Refusal(ExitCode.USAGE, "a reason is one line of at most " + Hold.REASON_MAX + " bytes");
        }
        recorder.exclusively(() -> {
            Snapshot snapshot = named(name);
            Moment now = steady.now();
            if (until.isPresent() && until.getAsLong() <= Math.max(now.time(), snapshot.time())) {
                throw new Refusal(ExitCode.USAGE, "a hold cannot end before now: --until takes a time to come");
            }
            long ends = until.isPresent() ? now.steady() + until.getAsLong() - now.time() : Hold.FOREVER;
            if (isLocked(snapshot) && (!lock || ends < snapshot.hold().orElseThrow().ends())) {
                throw new Refusal(ExitCode.HELD, "the snapshot '" + name + "' is locked: it can only be locked for longer");
            }
            parts.volume().update(snapshot.withHold(Optional.of(new Hold(until.orElse(Hold.FOREVER), ends, lock, reason))));
        });
        return named(name);
    }

    /** @throws Refusal HELD where it is locked */
    public Snapshot release(String name) {
        recorder.exclusively(() -> {
            Snapshot snapshot = named(name);
            if (isLocked(snapshot)) {
                throw new Refusal(ExitCode.HELD, "the snapshot '" + name + "' is locked: it cannot be released before the end of its hold, whatever the clock is set to");
            }
            parts.volume().update(snapshot.withHold(Optional.empty()));
        });
        return named(name);
    }

    private boolean isLocked(Snapshot snapshot) {
        return isHeld(snapshot) && snapshot.hold().orElseThrow().locked();
    }

    void makeFolder(Node.Snapshots folder, Name name) {
        parts.health().requireWritable();
        if (past.resolves(folder.dir(), name)) {
            throw new FsException(Errno.EEXIST);
        }
        String wanted = past.snapshotName(name);
        try {
            make(wanted);
        } catch (Refusal e) {
            throw new FsException(e.code() == ExitCode.USAGE ? Errno.EINVAL : Errno.EEXIST, e.getMessage());
        }
    }

    void removeFolder(Name name) {
        parts.health().requireWritable();
        Snapshot snapshot = Optional.of(name).filter(Name::isUtf8).flatMap(n -> parts.volume().timeline().snapshot(n.toString())).orElseThrow(() -> new FsException(Errno.ENOENT));
        try {
            delete(snapshot.name());
        } catch (Refusal e) {
            throw new FsException(e.code() == ExitCode.HELD ? Errno.EBUSY : Errno.ENOENT, e.getMessage());
        }
    }
}
