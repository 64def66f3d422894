package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.history.SteadyClock;
import io.amberfs.history.Timeline;
import io.amberfs.history.Volume;
import io.amberfs.model.Commit;
import io.amberfs.model.Fault;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.store.Batch;
import io.amberfs.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes the head to the store.
 *
 * <ul>
 * <li>A commit: everything, as of one moment. Most buffers are sealed before the gate is shut, so that it is shut only for what came meanwhile.
 * <li>An fsync: the head as it is, without the buffers of other files; or, where that is little, what is new is put into the journal. Who waits for its turn is served with who
 * has it.
 * <li>Blocks are durable, or in the same batch, before the rows that name them.
 * <li>After a recording that failed, for whatever reason, there is no other one: what it took from the head is lost. Who waited for its turn meanwhile fails too.
 * </ul>
 *
 * <p>Thread-safe. {@code flushLock} lets one recording follow the other; it is the outermost lock.
 */
final class Recorder {
    private final Store store;
    private final Volume volume;
    private final BlockStore blocks;
    private final Files files;
    private final Journaling journaling;
    private final Gate gate;
    private final Health health;
    private final Whole whole;
    private final SteadyClock clock;
    private final ReentrantLock flushLock = new ReentrantLock();
    private final Queue<Fsync> fsyncs = new ConcurrentLinkedQueue<>();
    /** Whether something was recorded since the newest commit. */
    private volatile boolean uncommitted;

    /** {@code file} to be made durable with the head. {@code done} is guarded by {@code flushLock}. */
    private static final class Fsync {
        private final Optional<OpenFile> file;
        private boolean done;

        Fsync(Optional<OpenFile> file) {
            this.file = file;
        }
    }

    Recorder(Drive.Parts parts, Store store, BlockStore blocks, Gate gate, SteadyClock clock) {
        this.store = store;
        this.volume = parts.volume();
        this.blocks = blocks;
        this.files = parts.files();
        this.journaling = parts.journaling();
        this.gate = gate;
        this.health = parts.health();
        whole = parts.whole();
        this.clock = clock;
        uncommitted = !volume.wasCommitted();
    }

    /** Whether there is anything that no commit has yet. */
    boolean isDirty() {
        return health.records() && (volume.head().hasUnrecorded() || files.hasDirty() || uncommitted);
    }

    /**
     * Makes all that was done before durable as one commit.
     *
     * @param name makes the commit a snapshot
     */
    Commit commit(Optional<String> name) {
        health.requireRecordable();
        List<OpenFile> early = List.copyOf(files.dirty());
        early.forEach(file -> file.handOverEarly(!files.isUsed(file.ino())));
        early.forEach(OpenFile::settle);
        flushLock.lock();
        try {
            health.requireRecordable();
            name.ifPresent(wanted -> requireUnused(volume.timeline(), wanted));
            Volume.Frozen frozen;
            try (Gate.Pass shut = gate.shut()) {
                List<OpenFile> dirty = List.copyOf(files.dirty());
                dirty.forEach(OpenFile::handOverAll);
                dirty.forEach(OpenFile::settle);
                frozen = volume.freeze(Optional.of(clock.now()), name);
            }
            files.clean();
            Commit commit = write(frozen).orElseThrow();
            uncommitted = false;
            return commit;
        } finally {
            flushLock.unlock();
        }
    }

    /** @throws Refusal ERROR when there is a snapshot of that name */
    static void requireUnused(Timeline timeline, String name) {
        if (timeline.snapshot(name).isPresent()) {
            throw new Refusal(ExitCode.ERROR, "there is a snapshot '" + name + "' already: choose another name, or delete that one first");
        }
    }

    /** Before the drive is closed. */
    void commitDirty() {
        if (isDirty() && health.reason().isEmpty()) {
            commit(Optional.empty());
        }
    }

    /** Makes all that was done before durable; without a commit of its own if there is nothing new. A recording that is under way is waited for. */
    void sync() {
        boolean dirty;
        flushLock.lock();
        try {
            health.requireRecordable();
            dirty = isDirty();
        } finally {
            flushLock.unlock();
        }
        if (dirty) {
            commit(Optional.empty());
        }
    }

    /** Makes what the head has now durable, and what was written to {@code file}. */
    void fsync(Optional<OpenFile> file) {
        health.requireRecordable();
        Fsync wanted = new Fsync(file);
        fsyncs.add(wanted);
        flushLock.lock();
        try {
            health.requireRecordable();
            if (!wanted.done && health.records()) {
                // Who had its turn before and failed has taken this one out.
                Set<Fsync> together = new HashSet<>(Set.of(wanted));
                for (Fsync next = fsyncs.poll(); next != null; next = fsyncs.poll()) {
                    together.add(next);
                }
                Set<OpenFile> wantedFiles = together.stream().flatMap(fsync -> fsync.file.stream()).collect(Collectors.toSet());
                if (!failing("what was synced could not be recorded", () -> journaling.write(wantedFiles))) {
                    record(journaling.with(wantedFiles));
                }
                together.forEach(fsync -> fsync.done = true);
            }
        } finally {
            flushLock.unlock();
        }
    }

    private void record(Set<OpenFile> installed) {
        installed.forEach(OpenFile::installHere);
        if (volume.head().hasUnrecorded() || !journaling.isEmpty()) {
            uncommitted = true;
            write(volume.freeze(Optional.empty(), Optional.empty()));
        }
    }

    /** A change of the head in steps, none of which is seen by itself. */
    interface Rework {
        /** What it is to be alone with, from before {@link #prepare} to behind its commit. */
        Gate.Pass lock();

        /** Finds out whether it can be done. Changes nothing. */
        void prepare();

        /** Changes the head, and has {@code step} record it where that is enough for once. If it throws, the drive stays as it is, unseen, until it is opened anew. */
        void run(Step step);

        /** Whether some of it was recorded before: then what has no commit yet is part of it. */
        boolean isGoingOn();
    }

    /** Records what the head has got, without a commit; {@code more} adds to its batch. */
    interface Step {
        void record(Consumer<Batch> more);
    }

    /** Makes {@code work} one commit, behind one of all that was done before. Nobody is inside the gate meanwhile, or sees the present until it is done. */
    Commit rework(Rework work) {
        flushLock.lock();
        try {
            health.requireRecordable();
            try (Gate.Pass shut = gate.shut()) {
                List<OpenFile> dirty = List.copyOf(files.dirty());
                dirty.forEach(OpenFile::handOverAll);
                dirty.forEach(OpenFile::settle);
                if (!work.isGoingOn() && isDirty()) {
                    write(volume.freeze(Optional.of(clock.now()), Optional.empty()));
                    uncommitted = false;
                }
                files.clean();
                try (Gate.Pass unseen = whole.shut(); Gate.Pass locked = work.lock()) {
                    work.prepare();
                    return reworked(work);
                }
            }
        } finally {
            flushLock.unlock();
        }
    }

    private Commit reworked(Rework work) {
        try {
            work.run(more -> {
                uncommitted = true;
                write(volume.freeze(Optional.empty(), Optional.empty()), more);
            });
            Commit commit = write(volume.freeze(Optional.of(clock.now()), Optional.empty()), volume::endRollback).orElseThrow();
            uncommitted = false;
            return commit;
        } catch (RuntimeException | Error e) {
            whole.tear();
            health.fail("a rollback could not be finished; it goes on when the drive is mounted for writing again", e);
            throw e;
        }
    }

    /** Runs a small change of the store's own between two recordings. */
    void exclusively(Runnable work) {
        flushLock.lock();
        try {
            health.requireRecordable();
            work.run();
        } catch (Fault e) {
            health.fail("a change of the history could not be recorded", e);
            throw e;
        } finally {
            flushLock.unlock();
        }
    }

    private Optional<Commit> write(Volume.Frozen frozen) {
        return write(frozen, batch -> { });
    }

    private Optional<Commit> write(Volume.Frozen frozen, Consumer<Batch> more) {
        return failing("changes could not be recorded", () -> {
            Batch batch = new Batch();
            Optional<Commit> commit = volume.record(batch, frozen);
            more.accept(batch);
            blocks.flush(batch);
            store.write(batch);
            blocks.flushed(batch);
            volume.recorded(frozen, commit);
            journaling.ended();
            return commit;
        });
    }

    private <T> T failing(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            health.fail(what, e);
            throw e;
        }
    }
}
