package io.amberfs.history;

import io.amberfs.codec.CommitCodec;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Limits;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import io.amberfs.model.UnsupportedFormatException;
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
 * <li>Snapshots are few and kept in memory; their rows are sealed under a hash of their names. One whose row is damaged is not listed, and its name is answered as damaged.
 * </ul>
 *
 * <p>Thread-safe; additions come from one thread at a time (the flush lock).
 */
public final class Timeline {
    /** Of commits that are gone, in one row. */
    private static final int HEADERS = 64;
    /** Bytes of a key that names an epoch. */
    private static final int KEY = 11;

    private final Store store;
    private final RowSeal seal;
    private final UnaryOperator<byte[]> nameHash;
    private final byte[] volume;
    private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();
    private final List<StateDamage> damages = new ArrayList<>();
    private volatile Optional<Commit> newest;
    private volatile Optional<Commit> oldest;
    private volatile long newestEpoch;

    /** @param nameHash the keyed hash of names, 16 bytes */
    public Timeline(Store store, RowSeal seal, UnaryOperator<byte[]> nameHash, int volume) {
        this.store = store;
        this.seal = seal;
        this.nameHash = nameHash;
        this.volume = new byte[] {(byte) (volume >>> 8), (byte) volume};
        try (Reading reading = store.reading()) {
            newest = readNewest(reading);
            oldest = readOldest(reading);
            readSnapshots(reading);
        }
    }

    /** What of its rows could not be read. */
    List<StateDamage> damages() {
        return damages;
    }

    /** Whether there is no commit, as far as can be read. */
    boolean isEmpty() {
        return newestEpoch == 0;
    }

    /** The epoch of the newest commit, also when its record is damaged; 0 when there is none. */
    public long newestEpoch() {
        return newestEpoch;
    }

    /** The newest epoch that a snapshot or the latest time leads to. */
    long newestNamed(Reading reading) {
        long named = snapshots.values().stream().mapToLong(Snapshot::epoch).max().orElse(0);
        byte[] prefix = prefix('t');
        try (Cursor times = reading.cursor(Table.COMMITS, prefix)) {
            return Math.max(named, times.last() && times.key().length == prefix.length + 16 ? KeyBytes.longAt(times.key(), prefix.length + 8) : 0);
        }
    }

    /** Commits up to {@code epoch} were made, though nothing is left of their records. */
    void skipTo(long epoch) {
        newest = Optional.empty();
        newestEpoch = epoch;
    }

    /** The newest commit; empty also when its record is damaged. */
    public Optional<Commit> newest() {
        return newest;
    }

    public Optional<Commit> oldest() {
        return oldest;
    }

    public Optional<Commit> commit(long epoch) {
        byte[] key = KeyBytes.join(prefix('c'), epoch);
        return store.get(Table.COMMITS, key).map(row -> openCommit(key, row));
    }

    /** Adds the rows of a commit to the batch that records its changes. */
    void add(Batch batch, Commit commit) {
        byte[] key = KeyBytes.join(prefix('c'), commit.epoch());
        batch.put(Table.COMMITS, key, seal.sealSingle('C', key, CommitCodec.encode(commit)));
        batch.put(Table.COMMITS, timeKey(commit.time(), commit.epoch()), KeyBytes.ofLong(commit.steady()));
    }

    void add(Batch batch, Snapshot snapshot) {
        byte[] key = snapshotKey(snapshot.name());
        batch.put(Table.COMMITS, key, seal.sealSingle('C', key, CommitCodec.encode(snapshot)));
    }

    void delete(Batch batch, Snapshot snapshot) {
        batch.delete(Table.COMMITS, snapshotKey(snapshot.name()));
    }

    /** All commits, in the order of their epochs, as the index of times has them. */
    public List<Point> points() {
        List<Point> points = new ArrayList<>();
        byte[] prefix = prefix('t');
        try (Reading reading = store.reading(); Cursor times = reading.cursor(Table.COMMITS, prefix)) {
            while (times.next()) {
                if (times.key().length == prefix.length + 16 && times.value().length == 8) {
                    long second = ordered(KeyBytes.longAt(times.key(), prefix.length));
                    points.add(new Point(KeyBytes.longAt(times.key(), prefix.length + 8), second, KeyBytes.longAt(times.value(), 0)));
                }
            }
        }
        points.sort(Comparator.comparingLong(Point::epoch));
        return points;
    }

    /** The first commit that can be entered, of {@code epoch} and those behind it. */
    public Optional<Long> firstFrom(long epoch) {
        byte[] prefix = prefix('c');
        try (Reading reading = store.reading(); Cursor commits = reading.cursor(Table.COMMITS, prefix)) {
            return commits.seek(KeyBytes.join(prefix, epoch)) ? Optional.of(KeyBytes.longAt(commits.key(), prefix.length)) : Optional.empty();
        }
    }

    /** The last commit that can be entered before {@code epoch}. */
    public Optional<Long> lastBefore(long epoch) {
        byte[] prefix = prefix('c');
        try (Reading reading = store.reading(); Cursor commits = reading.cursor(Table.COMMITS, prefix)) {
            return commits.seekBack(KeyBytes.join(prefix, epoch - 1)) ? Optional.of(epochOf(commits.key())) : Optional.empty();
        }
    }

    /** Whether a commit can be entered. */
    public boolean has(long epoch) {
        return store.get(Table.COMMITS, KeyBytes.join(prefix('c'), epoch)).isPresent();
    }

    /**
     * Adds to the batch that the commits of a run can no longer be entered, but for the one before and the one behind; of what they were the headers stay. Until {@link #finish}
     * the run is unfinished.
     *
     * @throws CorruptException when the commits between those two are others than {@code thinned}, or not as the index of times has them: then nothing may go
     */
    void thin(Batch batch, long before, List<Point> thinned, Point behind) {
        List<CommitHeader> headers = headers(before, thinned, behind);
        for (Point point : thinned) {
            batch.delete(Table.COMMITS, KeyBytes.join(prefix('c'), point.epoch()));
            batch.delete(Table.COMMITS, timeKey(point.second(), point.epoch()));
        }
        byte[] prefix = prefix('h');
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.COMMITS, prefix)) {
            for (boolean valid = rows.seek(KeyBytes.join(prefix, before)); valid && epochOf(rows.key()) < behind.epoch(); valid = rows.next()) {
                headers.addAll(CommitCodec.decodeHeaders(seal.openSingle('C', rows.key(), rows.value())));
                batch.delete(Table.COMMITS, rows.key());
            }
        }
        headers.sort(Comparator.comparingLong(CommitHeader::epoch));
        for (int from = 0; from < headers.size(); from += HEADERS) {
            List<CommitHeader> some = headers.subList(from, Math.min(headers.size(), from + HEADERS));
            byte[] key = KeyBytes.join(prefix, some.get(some.size() - 1).epoch());
            batch.put(Table.COMMITS, key, seal.sealSingle('C', key, CommitCodec.encode(some)));
        }
        byte[] unfinished = KeyBytes.join(prefix('u'), behind.epoch());
        batch.put(Table.COMMITS, unfinished, seal.sealSingle('C', unfinished, KeyBytes.ofLong(before)));
    }

    /** The headers of what goes. The index of times is not sealed, so each commit of the run, and the one for which they go, is compared with its record. */
    private List<CommitHeader> headers(long before, List<Point> thinned, Point behind) {
        List<CommitHeader> headers = new ArrayList<>();
        byte[] prefix = prefix('c');
        try (Reading reading = store.reading(); Cursor commits = reading.cursor(Table.COMMITS, prefix)) {
            boolean valid = commits.seek(KeyBytes.join(prefix, before + 1));
            for (int i = 0; i <= thinned.size(); i++) {
                Point point = i < thinned.size() ? thinned.get(i) : behind;
                Optional<Commit> found = valid && epochOf(commits.key()) == point.epoch() ? Optional.of(openCommit(commits.key(), commits.value())) : Optional.empty();
                Commit commit = found.filter(c -> isOf(c, point)).orElseThrow(() ->
                    new CorruptException("the index of times does not agree with the commits behind " + before + " up to " + behind.epoch()));
                headers.add(new CommitHeader(commit.epoch(), commit.time(), commit.changes()));
                valid = commits.next();
            }
        }
        headers.remove(headers.size() - 1);
        return headers;
    }

    private static boolean isOf(Commit commit, Point point) {
        return commit.epoch() == point.epoch() && second(commit.time()) == point.second() && commit.steady() == point.steady();
    }

    /** The batch of {@link #thin} is durable. */
    void thinned() {
        try (Reading reading = store.reading()) {
            oldest = readOldest(reading);
        }
    }

    void finish(Batch batch, long behind) {
        batch.delete(Table.COMMITS, KeyBytes.join(prefix('u'), behind));
    }

    /** The commits before and behind those of which some rows may still be there. */
    record Run(long before, long behind) {
    }

    List<Run> unfinished() {
        List<Run> runs = new ArrayList<>();
        byte[] prefix = prefix('u');
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.COMMITS, prefix)) {
            while (rows.next()) {
                byte[] before = seal.openSingle('C', rows.key(), rows.value());
                if (before.length != 8) {
                    throw new CorruptException("the note of an unfinished thinning has " + before.length + " bytes");
                }
                runs.add(new Run(KeyBytes.longAt(before, 0), epochOf(rows.key())));
            }
        }
        return runs;
    }

    void recorded(Commit commit) {
        newest = Optional.of(commit);
        newestEpoch = commit.epoch();
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

    /** Of those that could be read. */
    public Optional<Snapshot> listed(String name) {
        return Optional.ofNullable(snapshots.get(name));
    }

    /** @throws CorruptException when its row is damaged; where rows cannot be read, also for a name that may never have been one */
    public Optional<Snapshot> snapshot(String name) {
        Optional<Snapshot> known = listed(name);
        if (known.isPresent() || damages.isEmpty()) {
            return known;
        }
        byte[] key = snapshotKey(name);
        try {
            return store.get(Table.COMMITS, key).map(row -> openSnapshot(key, row));
        } catch (CorruptException | UnsupportedFormatException e) {
            throw new CorruptException("the snapshot '" + name + "' is damaged: " + e.getMessage(), e);
        }
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

    private byte[] timeKey(long time, long epoch) {
        return KeyBytes.join(KeyBytes.join(prefix('t'), ordered(second(time))), epoch);
    }

    /** @throws CorruptException for a key that is none of an epoch */
    private long epochOf(byte[] key) {
        if (key.length != KEY) {
            throw new CorruptException("a key among the commits has " + key.length + " bytes");
        }
        return KeyBytes.longAt(key, KEY - 8);
    }

    private byte[] prefix(char kind) {
        return new byte[] {(byte) kind, volume[0], volume[1]};
    }

    /** Signed order as unsigned order, and back. */
    private static long ordered(long time) {
        return time ^ Long.MIN_VALUE;
    }

    private Commit openCommit(byte[] key, byte[] row) {
        return CommitCodec.decodeCommit(seal.openSingle('C', key, row));
    }

    private Snapshot openSnapshot(byte[] key, byte[] row) {
        return CommitCodec.decodeSnapshot(seal.openSingle('C', key, row));
    }

    private Optional<Commit> readNewest(Reading reading) {
        try (Cursor commits = reading.cursor(Table.COMMITS, prefix('c'))) {
            if (!commits.last()) {
                return Optional.empty();
            }
            newestEpoch = KeyBytes.longAt(commits.key(), 3);
            return Optional.of(openCommit(commits.key(), commits.value()));
        } catch (CorruptException | UnsupportedFormatException e) {
            String what = newestEpoch == 0 ? "the newest commits cannot be read: " : "the record of the newest commit, " + newestEpoch + ", is damaged: ";
            damages.add(new StateDamage(what + e.getMessage(), newestEpoch == 0 ? StateDamage.Way.READ : StateDamage.Way.ACCEPT));
            return Optional.empty();
        }
    }

    /** It serves messages alone. */
    private Optional<Commit> readOldest(Reading reading) {
        try (Cursor commits = reading.cursor(Table.COMMITS, prefix('c'))) {
            return commits.next() ? Optional.of(openCommit(commits.key(), commits.value())) : Optional.empty();
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }

    private void readSnapshots(Reading reading) {
        long damaged = 0;
        try (Cursor rows = reading.cursor(Table.COMMITS, prefix('s'))) {
            while (rows.next()) {
                try {
                    Snapshot snapshot = openSnapshot(rows.key(), rows.value());
                    snapshots.put(snapshot.name(), snapshot);
                } catch (CorruptException | UnsupportedFormatException e) {
                    damaged++;
                }
            }
        } catch (CorruptException e) {
            damages.add(new StateDamage("some snapshots cannot be read, and are not listed: " + e.getMessage(), StateDamage.Way.GO_ON));
        }
        if (damaged > 0) {
            damages.add(new StateDamage(damaged == 1 ? "a snapshot is damaged, and not listed" : damaged + " snapshots are damaged, and not listed", StateDamage.Way.GO_ON));
        }
    }
}
