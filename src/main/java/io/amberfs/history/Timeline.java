package io.amberfs.history;

import io.amberfs.codec.CommitCodec;
import io.amberfs.model.Commit;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Limits;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The commits and snapshots of a volume.
 *
 * <ul>
 * <li>Epochs decide what came before what; times only serve to find commits. A commit is visible here once its batch is durable ({@link #recorded}).
 * <li>Commits are found by the second they were made in: a commit of 10:10:37.4 is the one that 10:10:37 names.
 * <li>Snapshots are few and kept in memory; their rows are sealed under a hash of their names.
 * </ul>
 *
 * <p>Thread-safe; additions come from one thread at a time (the flush lock).
 */
public final class Timeline {
    private final Store store;
    private final RowSeal seal;
    private final UnaryOperator<byte[]> nameHash;
    private final byte[] volume;
    private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();
    private volatile Optional<Commit> newest;
    private volatile Optional<Commit> oldest;

    /** @param nameHash the keyed hash of names, 16 bytes */
    public Timeline(Store store, RowSeal seal, UnaryOperator<byte[]> nameHash, int volume) {
        this.store = store;
        this.seal = seal;
        this.nameHash = nameHash;
        this.volume = new byte[] {(byte) (volume >>> 8), (byte) volume};
        newest = edge(true);
        oldest = edge(false);
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.COMMITS, prefix('s'))) {
            while (rows.next()) {
                Snapshot snapshot = CommitCodec.decodeSnapshot(seal.openSingle('C', rows.key(), rows.value()));
                snapshots.put(snapshot.name(), snapshot);
            }
        }
    }

    public Optional<Commit> newest() {
        return newest;
    }

    public Optional<Commit> oldest() {
        return oldest;
    }

    public Optional<Commit> commit(long epoch) {
        byte[] key = KeyBytes.join(prefix('c'), epoch);
        return store.get(Table.COMMITS, key).map(row -> CommitCodec.decodeCommit(seal.openSingle('C', key, row)));
    }

    /** Adds the rows of a commit to the batch that records its changes. */
    void add(Batch batch, Commit commit) {
        byte[] key = KeyBytes.join(prefix('c'), commit.epoch());
        batch.put(Table.COMMITS, key, seal.sealSingle('C', key, CommitCodec.encode(commit)));
        batch.put(Table.COMMITS, KeyBytes.join(KeyBytes.join(prefix('t'), ordered(second(commit.time()))), commit.epoch()), new byte[0]);
    }

    void add(Batch batch, Snapshot snapshot) {
        byte[] key = snapshotKey(snapshot.name());
        batch.put(Table.COMMITS, key, seal.sealSingle('C', key, CommitCodec.encode(snapshot)));
    }

    void delete(Batch batch, Snapshot snapshot) {
        batch.delete(Table.COMMITS, snapshotKey(snapshot.name()));
    }

    void recorded(Commit commit) {
        newest = Optional.of(commit);
        if (oldest.isEmpty()) {
            oldest = newest;
        }
    }

    void recorded(Snapshot snapshot) {
        snapshots.put(snapshot.name(), snapshot);
    }

    void deleted(Snapshot snapshot) {
        snapshots.remove(snapshot.name());
    }

    /** All snapshots, oldest first. */
    public List<Snapshot> snapshots() {
        return snapshots.values().stream().sorted(Comparator.comparingLong(Snapshot::epoch).thenComparing(Snapshot::name)).toList();
    }

    public Optional<Snapshot> snapshot(String name) {
        return Optional.ofNullable(snapshots.get(name));
    }

    /** The newest kept commit whose second is not later than {@code time} (nanoseconds since 1970); none before the first commit. Of several in one second the last one. */
    public Optional<Long> resolve(long time) {
        byte[] prefix = prefix('t');
        try (Reading reading = store.reading(); Cursor times = reading.cursor(Table.COMMITS, prefix)) {
            boolean found = times.seekBack(KeyBytes.join(KeyBytes.join(prefix, ordered(time)), -1L));
            return found ? Optional.of(KeyBytes.longAt(times.key(), prefix.length + 8)) : Optional.empty();
        }
    }

    /** The start of the second that {@code time} lies in; both in nanoseconds since 1970. */
    public static long second(long time) {
        return Math.floorDiv(time, 1_000_000_000L) * 1_000_000_000L;
    }

    /** Whether a commit was made in the seconds behind {@code after} up to {@code until}, both starts of seconds in nanoseconds since 1970. */
    public boolean anyBetween(long after, long until) {
        byte[] prefix = prefix('t');
        try (Reading reading = store.reading(); Cursor times = reading.cursor(Table.COMMITS, prefix)) {
            return times.seek(KeyBytes.join(prefix, ordered(after + 1))) && ordered(KeyBytes.longAt(times.key(), prefix.length)) <= until;
        }
    }

    /**
     * Walks the seconds of all commits from the newest to the oldest, as {@code (start of the second, newest epoch in it)}, skipping to the newest not later than what
     * {@code next} answers.
     */
    public void descend(Descent next) {
        byte[] prefix = prefix('t');
        try (Reading reading = store.reading(); Cursor times = reading.cursor(Table.COMMITS, prefix)) {
            boolean found = times.last();
            while (found) {
                long time = ordered(KeyBytes.longAt(times.key(), prefix.length));
                long limit = next.at(time, KeyBytes.longAt(times.key(), prefix.length + 8));
                if (limit >= time) {
                    throw new IllegalArgumentException("a descent must go back in time: " + limit + " after " + time);
                }
                found = limit != Long.MIN_VALUE && times.seekBack(KeyBytes.join(KeyBytes.join(prefix, ordered(limit)), -1L));
            }
        }
    }

    /** One step of {@link #descend}. */
    @FunctionalInterface
    public interface Descent {
        /** @return the time to go on from, earlier than {@code time}; Long.MIN_VALUE to stop */
        long at(long time, long epoch);
    }

    /**
     * Refuses what is no file name of printable UTF-8. A name that reads as a time would hide that time: callers refuse it by {@link Instants#isTime}.
     *
     * @throws Refusal USAGE
     */
    public static void requireName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Limits.NAME_MAX || !Name.isValid(bytes) || name.chars().anyMatch(c -> c < ' ' || c == 0xfffd)) {
            throw new Refusal(ExitCode.USAGE, "'" + name + "' cannot be the name of a snapshot: use 1 to 255 bytes of printable text without '/'");
        }
    }

    private byte[] snapshotKey(String name) {
        return KeyBytes.join(prefix('s'), nameHash.apply(name.getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] prefix(char kind) {
        return new byte[] {(byte) kind, volume[0], volume[1]};
    }

    /** Signed order as unsigned order, and back. */
    private static long ordered(long time) {
        return time ^ Long.MIN_VALUE;
    }

    private Optional<Commit> edge(boolean last) {
        try (Reading reading = store.reading(); Cursor commits = reading.cursor(Table.COMMITS, prefix('c'))) {
            List<Commit> found = new ArrayList<>();
            if (last ? commits.last() : commits.next()) {
                found.add(CommitCodec.decodeCommit(seal.openSingle('C', commits.key(), commits.value())));
            }
            return found.stream().findFirst();
        }
    }
}
