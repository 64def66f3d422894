package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.LadderPromise;
import io.amberfs.history.Point;
import io.amberfs.history.RowSeal;
import io.amberfs.history.SessionRows;
import io.amberfs.history.Timeline;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Entropy;
import io.amberfs.model.Name;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.Reading;
import io.amberfs.store.RocksStore;
import io.amberfs.store.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A drive that somebody works in for ten years, on a real store: what is kept is what the ladder promises, what is held stays as it was, and the store is no larger than what it has to
 * keep. {@code -Damberfs.years=N} is for another while; what each year took is printed.
 */
class TenYearsTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int YEARS = Integer.getInteger("amberfs.years", 10);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long DAY = Duration.ofDays(1).toNanos();
    private static final int SOURCES = 40;
    private static final byte[] MASTER = "a master key of exactly 32 bytes".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    /** All commits there ever were. */
    private final List<Point> made = new ArrayList<>();
    private final Map<Long, Integer> held = new HashMap<>();
    private TestDrive t;
    private RocksStore store;
    private int copies;
    /** How long edits, builds and commits took, in nanoseconds. */
    private long worked;

    @Test
    void whatIsKeptIsWhatWasPromised() throws IOException {
        System.out.println("TenYearsTest seed " + SEED);
        store = new RocksStore(Files.createDirectory(folder.resolve("store")), Clock.system(), false);
        t = new TestDrive(store);
        try {
            t.mkdir("src");
            t.mkdir("target");
            for (int file = 0; file < SOURCES; file++) {
                t.write("src/" + file, text(2000 + random.nextInt(20_000)));
            }
            for (int year = 1; year <= YEARS; year++) {
                year(year);
            }
        } finally {
            t.close();
            store.close();
        }
    }

    private void year(int year) throws IOException {
        long before = worked;
        for (int week = 0; week < 52; week++) {
            for (int day = 0; day < 5; day++) {
                day();
            }
            t.now.addAndGet(2 * DAY);
            t.drive.retainer().reclaim(false, 0.2, () -> false);
            requireLadder();
        }
        Snapshot snapshot = t.drive.snapshot("year-" + year);
        noted();
        t.drive.snapshots().hold(snapshot.name(), OptionalLong.empty(), false, "the books");
        held.put(snapshot.epoch(), hash(snapshot.epoch()));
        held.forEach((epoch, hash) -> assertEquals(hash, hash(epoch), "commit " + epoch + " in year " + year));
        assertEquals(List.of(), check(), "in year " + year);
        requireSmall(year, worked - before);
    }

    /** Edits, now and then a build, and the next morning. */
    private void day() {
        long morning = t.now.get();
        long start = System.nanoTime();
        t.now.addAndGet(9 * 60 * MINUTE + random.nextInt(60) * MINUTE);
        for (int i = 0; i < 3; i++) {
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                String path = "src/" + random.nextInt(SOURCES);
                byte[] bytes = t.read(path);
                System.arraycopy(text(100), 0, bytes, random.nextInt(bytes.length - 100), 100);
                t.write(path, bytes);
            }
            if (random.nextInt(3) == 0) {
                build();
            }
            commit(1 + random.nextInt(90 * 60));
        }
        worked += System.nanoTime() - start;
        t.drive.retainer().thin();
        t.now.set(morning + DAY);
    }

    private void build() {
        List<String> old = t.list(t.at("target"));
        old.forEach(name -> t.drive.unlink(t.at("target"), Name.of(name)));
        commit(2);
        for (int file = 0; file < 3; file++) {
            byte[] object = new byte[30_000];
            random.nextBytes(object);
            t.write("target/" + file + ".o", object);
        }
    }

    private byte[] text(int length) {
        byte[] text = new byte[length];
        for (int at = 0; at < length; at++) {
            text[at] = (byte) "etaoin shrdlu\n".charAt(random.nextInt(14));
        }
        return text;
    }

    private void commit(long seconds) {
        while (t.drive.tick().isPresent()) {
            t.now.incrementAndGet();
        }
        t.commit(seconds);
        noted();
    }

    /** What was committed meanwhile. */
    private void noted() {
        Timeline timeline = t.drive.volume().timeline();
        long known = made.isEmpty() ? 0 : made.get(made.size() - 1).epoch();
        for (Optional<Long> epoch = timeline.firstFrom(known + 1); epoch.isPresent(); epoch = timeline.firstFrom(epoch.get() + 1)) {
            Commit commit = timeline.commit(epoch.get()).orElseThrow();
            made.add(new Point(commit.epoch(), Timeline.second(commit.time()), commit.steady()));
        }
        assertEquals(made.get(made.size() - 1).epoch(), made.size(), "a commit was let go before it was seen");
    }

    private void requireLadder() {
        commit(1);
        t.drive.retainer().thin();
        List<Point> kept = new ArrayList<>(t.drive.volume().timeline().points());
        long now = t.now.get();
        LadderPromise.require(made, kept, Retention.DEFAULT, now, "seed " + SEED);
        kept.removeIf(point -> held.containsKey(point.epoch()));
        LadderPromise.requireNoMore(made, kept, Retention.DEFAULT, now, "seed " + SEED);
    }

    private int hash(long epoch) {
        return Picture.of(t, epoch).hashCode();
    }

    private List<Finding> check() {
        List<Finding> found = new ArrayList<>();
        t.drive.retainer().alone(() -> {
            try (Keys keys = new Keys(MASTER.clone()); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store))) {
                return new Checker(store, sealer, new RowSeal(sealer), t.drive.volume(), t.drive.records(), t.drive.blocks()).run(new Checker.Depth(true, true), found::add, Progress.NONE);
            }
        });
        return found;
    }

    /** Beside a store that only ever got what is there now. */
    private void requireSmall(int year, long working) throws IOException {
        t.drive.retainer().reclaim(false, 0.005, () -> false);
        long used = store.usedBytes();
        long needed;
        try (RocksStore copy = new RocksStore(Files.createDirectory(folder.resolve("copy" + copies++)), Clock.system(), false)) {
            try (Reading reading = store.reading()) {
                for (Table table : Table.values()) {
                    try (Cursor rows = reading.cursor(table, new byte[0])) {
                        Batch batch = new Batch();
                        for (int count = 1; rows.next(); count++) {
                            batch.put(table, rows.key().clone(), rows.value().clone());
                            if (count % 1000 == 0) {
                                copy.write(batch);
                                batch = new Batch();
                            }
                        }
                        copy.write(batch);
                    }
                }
            }
            copy.compact(0);
            needed = copy.usedBytes();
        }
        System.out.printf("year %d: %d commits made, %d kept, %.1f MiB, a copy %.1f MiB; worked for %.1f s%n", year, made.size(), t.drive.volume().timeline().points().size(),
            used / 1048576.0, needed / 1048576.0, working / 1e9);
        assertTrue(used <= 1.1 * needed, "seed " + SEED + ", year " + year + ": " + used + " bytes for " + needed);
    }
}
