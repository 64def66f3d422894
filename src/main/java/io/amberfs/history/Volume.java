package io.amberfs.history;

import io.amberfs.codec.RetentionCodec;
import io.amberfs.crypto.Identity;
import io.amberfs.crypto.Keys;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Inode;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One tree in a store with its history: the head, the timeline and what is counted.
 *
 * <ul>
 * <li>Recording goes {@link #freeze}, {@link #record} into a batch, the caller's write, {@link #recorded}; one at a time, under the caller's flush lock.
 * <li>The counters are written with every batch, so they are those of the state that the batch leaves.
 * <li>Inode numbers are never used again.
 * <li>It opens also when its own state is damaged, so that what is left can be read; who wants to write asks for {@link #damages} first.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Volume {
    /** A frozen state on its way to the store. {@code snapshot} only with a commit. */
    public record Frozen(Head.Frozen layer, long epoch, Optional<Moment> commit, Optional<Snapshot> snapshot, long nextIno, Totals totals) {
    }

    private final Store store;
    private final RowSeal seal;
    private final int number;
    private final byte[] key;
    private final Head head;
    private final Timeline timeline;
    private final Chain chain;
    private final PurgeNotes purges;
    private final AtomicLong nextIno;
    private final AtomicReference<Totals> totals;
    private final boolean committed;
    private final boolean isNew;
    private final Journal journal;
    /** Until it was asked for. */
    private List<Journal.Written> written;
    private final List<StateDamage> damages = new ArrayList<>();
    private final Optional<Long> rollback;
    private volatile long epoch;
    private volatile Optional<Retention> retention;
    /** Whether the epoch that is being built has recorded changes. Guarded by the caller's flush lock. */
    private boolean isRecorded;

    public Volume(Store store, RowSeal seal, Keys keys, int number) {
        this.store = store;
        this.seal = seal;
        this.number = number;
        key = Counters.key(number);
        head = new Head(store, seal, number);
        timeline = new Timeline(store, seal, keys.nameHash()::of, number);
        chain = new Chain(new Identity(keys), number);
        purges = new PurgeNotes(store, seal, keys.nameHash()::of, number);
        damages.addAll(timeline.damages());
        Counters counters;
        Journal.Found found;
        try (Reading reading = store.reading()) {
            Optional<Counters> read = counters(reading);
            isNew = timeline.isEmpty() && read.isEmpty() && damages.isEmpty();
            counters = read.orElse(Counters.NEW);
            checkEpochs(reading, counters.committed());
            found = Journal.read(reading, seal, number, timeline.newestEpoch() + 1);
            retention = retention(reading);
            rollback = rollback(reading);
        }
        committed = counters.committed();
        isRecorded = !committed;
        nextIno = new AtomicLong(counters.nextIno());
        totals = new AtomicReference<>(counters.totals());
        epoch = timeline.newestEpoch() + 1;
        if (damages.isEmpty()) {
            head.unused(counters.nextIno());
        }
        journal = found.journal();
        written = found.written();
        found.damage().ifPresent(damage -> damages.add(new StateDamage("the journal of what was synced last cannot be read: " + damage, StateDamage.Way.OLDER)));
        found.changes().ifPresent(this::replay);
    }

    private void replay(Journal.Changes changes) {
        try (Head.Change change = head.begin()) {
            changes.rows().forEach(row -> row.value().ifPresentOrElse(value -> change.put(row.key(), value), () -> change.delete(row.key())));
            nextIno.accumulateAndGet(changes.nextIno(), Math::max);
            totals.set(changes.totals());
        }
    }

    /** Empty when nothing was ever recorded. */
    private Optional<Counters> counters(Reading reading) {
        String what = "the counters of volume " + number;
        Optional<byte[]> row;
        try {
            row = reading.get(Table.META, key);
        } catch (CorruptException e) {
            damages.add(new StateDamage(what + " cannot be read: " + e.getMessage(), StateDamage.Way.READ));
            return Optional.of(Counters.NEW);
        }
        try {
            if (row.isPresent()) {
                return Optional.of(Counters.decode(number, seal.openSingle('M', key, row.get())));
            }
            if (timeline.isEmpty() && !hasRoot(reading)) {
                return Optional.empty();
            }
            what += " are missing";
        } catch (CorruptException | UnsupportedFormatException e) {
            what += " are damaged: " + e.getMessage();
        }
        try {
            Counters counted = Counters.count(reading, seal, number);
            damages.add(new StateDamage(what + "; they were counted anew", StateDamage.Way.GO_ON));
            return Optional.of(counted);
        } catch (CorruptException e) {
            damages.add(new StateDamage(what + ", and cannot be counted anew: " + e.getMessage(), StateDamage.Way.READ));
            return Optional.of(Counters.NEW);
        }
    }

    private boolean hasRoot(Reading reading) {
        return reading.get(Table.LIVE, RowKey.of(number, RowKey.INODE, Inode.ROOT)).isPresent();
    }

    /** No change, time or snapshot may be of a later epoch than the newest commit, but for changes that were recorded since. */
    private void checkEpochs(Reading reading, boolean isCommitted) {
        byte[] prefix = {(byte) (number >>> 8), (byte) number};
        try (Cursor changes = reading.cursor(Table.CHANGES, prefix)) {
            long changed = changes.last() && changes.key().length >= prefix.length + 8 ? KeyBytes.longAt(changes.key(), prefix.length) : 0;
            long found = timeline.newestEpoch();
            long last = Math.max(timeline.newestNamed(reading), changed - (isCommitted ? 0 : 1));
            if (last > found) {
                damages.add(new StateDamage("the records of commits behind " + found + ", up to " + last + ", are missing", StateDamage.Way.ACCEPT));
                timeline.skipTo(last);
            }
        } catch (CorruptException e) {
            damages.add(new StateDamage("what the newest commits changed, or when they were made, cannot be read: " + e.getMessage(), StateDamage.Way.READ));
        }
    }

    /** What of its own state could not be read. */
    public List<StateDamage> damages() {
        return List.copyOf(damages);
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

    public Chain chain() {
        return chain;
    }

    /** The chain for others. */
    public AuditTrail auditTrail() {
        return chain.trail(seal);
    }

    /** The volume as it was in a kept commit. */
    public Past at(long epoch) {
        return new Past(store, seal, number, epoch);
    }

    /** The same, through one reading. To be closed. */
    public StillPast stillAt(long epoch) {
        return new StillPast(store, seal, number, epoch);
    }

    /** The blocks that the rows of {@code reading} name. */
    public NamedBlocks named(Reading reading) {
        return new NamedBlocks(reading, seal);
    }

    /** For changing what commits show. */
    public Revision revision() {
        return new Revision(store, seal, timeline);
    }

    /** What was purged. */
    public PurgeNotes purges() {
        return purges;
    }

    /** The history of single rows. */
    public Lifetimes lifetimes() {
        return new Lifetimes(store, seal, number);
    }

    /** Whether nothing was ever recorded. */
    public boolean isNew() {
        return isNew;
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

    /** Which commits are kept; empty if nobody knows, since the rule is damaged: then none may go. */
    public Optional<Retention> retention() {
        return retention;
    }

    /** Sets the rule, durably. */
    public void retain(Retention rule) {
        byte[] key = retentionKey();
        store.write(new Batch().put(Table.META, key, seal.sealSingle('M', key, RetentionCodec.encode(rule))));
        retention = Optional.of(rule);
    }

    private Optional<Retention> retention(Reading reading) {
        byte[] key = retentionKey();
        try {
            return Optional.of(reading.get(Table.META, key).map(row -> RetentionCodec.decode(seal.openSingle('M', key, row))).orElse(Retention.DEFAULT));
        } catch (CorruptException | UnsupportedFormatException e) {
            damages.add(new StateDamage("the retention rule is damaged, so nothing is thinned until `amberfs retention set`: " + e.getMessage(), StateDamage.Way.GO_ON));
            return Optional.empty();
        }
    }

    /** The epoch that a rollback was to bring back which was begun and had not ended when this volume was opened; empty when there is none. */
    public Optional<Long> rollback() {
        return rollback;
    }

    /** Where the note of it is damaged: the newest commit, which is what was before. */
    private Optional<Long> rollback(Reading reading) {
        byte[] row = rollbackKey();
        try {
            return reading.get(Table.META, row).map(value -> KeyBytes.longAt(seal.openSingle('M', row, value), 0));
        } catch (CorruptException | UnsupportedFormatException | IndexOutOfBoundsException e) {
            damages.add(new StateDamage("the note of a rollback that was under way is damaged, so that the drive could only go back to its newest commit: "
                + e.getMessage(), StateDamage.Way.ACCEPT));
            return Optional.of(timeline.newestEpoch());
        }
    }

    /** Adds to the batch that a rollback has begun, which ends with the next commit. */
    public void beginRollback(Batch batch, long epoch) {
        batch.put(Table.META, rollbackKey(), seal.sealSingle('M', rollbackKey(), KeyBytes.ofLong(epoch)));
    }

    public void endRollback(Batch batch) {
        batch.delete(Table.META, rollbackKey());
    }

    private byte[] rollbackKey() {
        return new byte[] {'w', (byte) (number >>> 8), (byte) number};
    }

    private byte[] retentionKey() {
        return new byte[] {'r', (byte) (number >>> 8), (byte) number};
    }

    public Journal journal() {
        return journal;
    }

    /** What the journal had when this volume was opened of bytes written to files: those come on top of the head, which has the journal's changes already. Gives it away, once. */
    public List<Journal.Written> takeWritten() {
        List<Journal.Written> taken = written;
        written = List.of();
        return taken;
    }

    /** All changes since the newest recording as of one moment, in the form for the journal; empty if they take more than {@code bytesMax} bytes of memory. */
    public Optional<byte[]> unrecorded(long bytesMax) {
        AtomicReference<Journal.Changes> counted = new AtomicReference<>();
        return head.unrecorded(bytesMax, () -> counted.set(new Journal.Changes(epoch, nextIno.get(), totals.get(), List.of())))
            .map(rows -> Journal.encode(new Journal.Changes(counted.get().epoch(), counted.get().nextIno(), counted.get().totals(), rows)));
    }

    /** Freezes the head as it is; {@code commit} makes it a commit of that moment, and {@code name} that commit a snapshot. */
    public Frozen freeze(Optional<Moment> commit, Optional<String> name) {
        AtomicReference<Frozen> taken = new AtomicReference<>();
        Head.Frozen layer = head.freeze(() -> {
            Optional<Snapshot> snapshot = name.flatMap(n -> commit.map(moment -> new Snapshot(n, epoch, moment.time(), Optional.empty())));
            taken.set(new Frozen(new Head.Frozen(0, false), epoch, commit, snapshot, nextIno.get(), totals.get()));
            epoch += commit.isPresent() ? 1 : 0;
        });
        Frozen f = taken.get();
        return new Frozen(layer, f.epoch(), f.commit(), f.snapshot(), f.nextIno(), f.totals());
    }

    /** Adds the frozen state to the batch, and that the journal is at its end. @return the commit, if it is one */
    public Optional<Commit> record(Batch batch, Frozen frozen) {
        Optional<Commit> commit = frozen.commit().map(moment -> chain.link(frozen.epoch(), moment, frozen.totals(),
            timeline.newest().map(chain::header).orElse(Bytes.NO_DIGEST), head.commit(batch, frozen.epoch(), isRecorded)));
        if (commit.isEmpty()) {
            head.record(batch, frozen.epoch(), isRecorded);
        }
        commit.ifPresent(c -> timeline.add(batch, c));
        frozen.snapshot().ifPresent(snapshot -> timeline.add(batch, snapshot));
        Counters counters = new Counters(frozen.commit().isPresent(), frozen.nextIno(), frozen.totals());
        batch.put(Table.META, key, seal.sealSingle('M', key, counters.encode()));
        journal.end(batch);
        return commit;
    }

    /** The batch is durable. @param commit as {@link #record} returned it */
    public void recorded(Frozen frozen, Optional<Commit> commit) {
        head.recorded(frozen.nextIno());
        isRecorded = commit.isEmpty();
        commit.ifPresent(timeline::recorded);
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
