package io.amberfs.history;

import io.amberfs.codec.In;
import io.amberfs.codec.Out;
import io.amberfs.model.Commit;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import io.amberfs.store.Batch;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * One tree in a store with its history: the head, the timeline and what is counted.
 *
 * <ul>
 * <li>Recording goes {@link #freeze}, {@link #record} into a batch, the caller's write, {@link #recorded}; one at a time, under the caller's flush lock.
 * <li>The counters are written with every batch, so they are those of the state that the batch leaves.
 * <li>Inode numbers are never used again.
 * </ul>
 *
 * <p>META row {@code 'v' volume u16}: {@code version u8 = 1 | committed u8 | next ino varint | files varint | logical bytes varint}. Thread-safe.
 */
public final class Volume {
    private static final int VERSION = 1;

    /** A frozen state on its way to the store. {@code snapshot} only with a commit. */
    public record Frozen(Head.Frozen layer, long epoch, Optional<Commit> commit, Optional<Snapshot> snapshot, long nextIno, Totals totals) {
    }

    private final Store store;
    private final RowSeal seal;
    private final int number;
    private final byte[] key;
    private final Head head;
    private final Timeline timeline;
    private final AtomicLong nextIno;
    private final AtomicReference<Totals> totals;
    private final boolean committed;
    private volatile long epoch;

    public Volume(Store store, RowSeal seal, UnaryOperator<byte[]> nameHash, int number) {
        this.store = store;
        this.seal = seal;
        this.number = number;
        key = new byte[] {'v', (byte) (number >>> 8), (byte) number};
        head = new Head(store, seal, number);
        timeline = new Timeline(store, seal, nameHash, number);
        epoch = timeline.newest().map(Commit::epoch).orElse(0L) + 1;
        Optional<byte[]> counters = store.get(Table.META, key).map(row -> seal.openSingle('M', key, row));
        if (counters.isPresent()) {
            In in = new In("the counters of volume " + number, counters.get()).version(VERSION);
            committed = in.u8() == 1;
            nextIno = new AtomicLong(in.varint(1, Long.MAX_VALUE));
            totals = new AtomicReference<>(new Totals(in.varint(0, Long.MAX_VALUE), in.varint(0, Long.MAX_VALUE)));
            in.end();
        } else {
            committed = true;
            nextIno = new AtomicLong(1);
            totals = new AtomicReference<>(new Totals(0, 0));
        }
    }

    public int number() {
        return number;
    }

    public Head head() {
        return head;
    }

    public Timeline timeline() {
        return timeline;
    }

    /** The volume as it was in a kept commit. */
    public Past at(long epoch) {
        return new Past(store, seal, number, epoch);
    }

    /** The history of single rows. */
    public Lifetimes lifetimes() {
        return new Lifetimes(store, seal, number);
    }

    /** Whether nothing was ever recorded. */
    public boolean isNew() {
        return timeline.newest().isEmpty();
    }

    /** Whether the last recording before this volume was opened was a commit; if not, what it recorded is still without one. */
    public boolean wasCommitted() {
        return committed;
    }

    /** The epoch that is being built. */
    public long epoch() {
        return epoch;
    }

    public long newIno() {
        return nextIno.getAndIncrement();
    }

    public Totals totals() {
        return totals.get();
    }

    /** To be called within the change that it counts. */
    public void count(long files, long logicalBytes) {
        if (files != 0 || logicalBytes != 0) {
            totals.updateAndGet(before -> before.plus(files, logicalBytes));
        }
    }

    /** Freezes the head as it is; {@code time} makes it a commit, in nanoseconds since 1970, and {@code name} that commit a snapshot. */
    public Frozen freeze(Optional<Long> time, Optional<String> name) {
        AtomicReference<Frozen> taken = new AtomicReference<>();
        Head.Frozen layer = head.freeze(() -> {
            Optional<Commit> commit = time.map(t -> new Commit(epoch, t, totals.get()));
            Optional<Snapshot> snapshot = name.flatMap(n -> commit.map(c -> new Snapshot(n, c.epoch(), c.time(), false)));
            taken.set(new Frozen(new Head.Frozen(0, false), epoch, commit, snapshot, nextIno.get(), totals.get()));
            epoch += commit.isPresent() ? 1 : 0;
        });
        Frozen f = taken.get();
        return new Frozen(layer, f.epoch(), f.commit(), f.snapshot(), f.nextIno(), f.totals());
    }

    public void record(Batch batch, Frozen frozen) {
        head.record(batch, frozen.epoch());
        frozen.commit().ifPresent(commit -> timeline.add(batch, commit));
        frozen.snapshot().ifPresent(snapshot -> timeline.add(batch, snapshot));
        Out out = new Out(24).u8(VERSION).u8(frozen.commit().isPresent() ? 1 : 0).varint(frozen.nextIno()).varint(frozen.totals().files()).varint(frozen.totals().logicalBytes());
        batch.put(Table.META, key, seal.sealSingle('M', key, out.toBytes()));
    }

    /** The batch is durable. */
    public void recorded(Frozen frozen) {
        head.recorded();
        frozen.commit().ifPresent(timeline::recorded);
        frozen.snapshot().ifPresent(timeline::recorded);
    }

    /** Writes a changed snapshot (held or released). */
    public void update(Snapshot snapshot) {
        Batch batch = new Batch();
        timeline.add(batch, snapshot);
        store.write(batch);
        timeline.recorded(snapshot);
    }

    /** Forgets a snapshot; its commit stays until retention lets it go. */
    public void delete(Snapshot snapshot) {
        Batch batch = new Batch();
        timeline.delete(batch, snapshot);
        store.write(batch);
        timeline.deleted(snapshot);
    }
}
