package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.history.Volume;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Fault;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.store.Batch;
import io.amberfs.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the head to the store.
 *
 * <ul>
 * <li>A commit: everything, as of one moment. Most buffers are sealed before the gate is shut, so that it is shut only for what came meanwhile.
 * <li>An fsync: the head as it is, without the buffers of other files.
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
    private final Gate gate;
    private final Health health;
    private final Clock clock;
    private final ReentrantLock flushLock = new ReentrantLock();
    /** The newest layer that is durable. Guarded by {@code flushLock}. */
    private long recordedLayer;
    /** Whether something was recorded since the newest commit. */
    private volatile boolean uncommitted;

    Recorder(Store store, Volume volume, BlockStore blocks, Files files, Gate gate, Health health, Clock clock) {
        this.store = store;
        this.volume = volume;
        this.blocks = blocks;
        this.files = files;
        this.gate = gate;
        this.health = health;
        this.clock = clock;
        uncommitted = !volume.wasCommitted();
    }

    /** Whether there is anything that no commit has yet. */
    boolean isDirty() {
        return volume.head().hasUnrecorded() || files.hasDirty() || uncommitted;
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
            if (name.isPresent() && volume.timeline().snapshot(name.get()).isPresent()) {
                throw new Refusal(ExitCode.ERROR, "there is a snapshot '" + name.get() + "' already: choose another name, or delete that one first");
            }
            Volume.Frozen frozen;
            try (Gate.Pass shut = gate.shut()) {
                List<OpenFile> dirty = List.copyOf(files.dirty());
                dirty.forEach(OpenFile::handOverAll);
                dirty.forEach(OpenFile::settle);
                frozen = volume.freeze(Optional.of(clock.nanos()), name);
            }
            files.clean();
            write(frozen);
            uncommitted = false;
            return frozen.commit().orElseThrow();
        } finally {
            flushLock.unlock();
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

    /** Makes what the head has now durable. */
    void flush() {
        health.requireRecordable();
        long wanted = volume.head().layer();
        flushLock.lock();
        try {
            health.requireRecordable();
            if (recordedLayer < wanted && volume.head().hasUnrecorded()) {
                uncommitted = true;
                write(volume.freeze(Optional.empty(), Optional.empty()));
            }
        } finally {
            flushLock.unlock();
        }
    }

    /** Runs a small change of the store's own between two recordings. */
    void exclusively(Runnable work) {
        flushLock.lock();
        try {
            health.requireRecordable();
            work.run();
        } catch (Fault e) {
            health.fail("a change to the snapshots could not be recorded", e);
            throw e;
        } finally {
            flushLock.unlock();
        }
    }

    private void write(Volume.Frozen frozen) {
        try {
            Batch batch = new Batch();
            volume.record(batch, frozen);
            blocks.flush(batch);
            store.write(batch);
            blocks.flushed(batch);
            volume.recorded(frozen);
            recordedLayer = frozen.layer().layer();
        } catch (RuntimeException | Error e) {
            health.fail("changes could not be recorded", e);
            throw e;
        }
    }
}
