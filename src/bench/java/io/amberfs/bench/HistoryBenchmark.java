package io.amberfs.bench;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.history.Head;
import io.amberfs.history.Moment;
import io.amberfs.history.Past;
import io.amberfs.history.RowKey;
import io.amberfs.history.RowSeal;
import io.amberfs.history.Scan;
import io.amberfs.history.SessionRows;
import io.amberfs.history.Volume;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Entropy;
import io.amberfs.store.Batch;
import io.amberfs.store.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The versioned table on RocksDB: 100,000 rows of 100 bytes, with much or no history behind them. Reads of the present must cost the same with both. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class HistoryBenchmark {
    private static final int ROWS = 100_000;
    private static final int CHANGED = 2_000;

    /** Commits that each changed 2,000 rows. */
    @Param({"0", "200"})
    public int commits;

    private final Random random = new Random(7);
    private final byte[] value = new byte[100];
    private Path folder;
    private RocksStore store;
    private Sealer sealer;
    private Volume volume;
    private Head head;
    private Past past;

    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("amberfs-bench");
        store = new RocksStore(folder, Clock.system(), false);
        Keys keys = new Keys(new byte[Keys.MASTER_LENGTH]);
        sealer = new Sealer(keys, Entropy.system(), new SessionRows(store));
        volume = new Volume(store, new RowSeal(sealer), keys, 1);
        head = volume.head();
        for (int i = 0; i < ROWS; i++) {
            put(i);
        }
        record();
        for (int commit = 0; commit < commits; commit++) {
            for (int i = 0; i < CHANGED; i++) {
                put(random.nextInt(ROWS));
            }
            record();
        }
        past = volume.at(1 + commits / 2);
    }

    @TearDown
    public void close() throws IOException {
        sealer.close();
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    /** One row of the present; most are in the cache of opened rows. */
    @Benchmark
    public Optional<byte[]> readThePresent() {
        return head.get(key(random.nextInt(ROWS)));
    }

    /** One row as it was in the middle of history. */
    @Benchmark
    public Optional<byte[]> readThePast() {
        return past.get(key(random.nextInt(ROWS)));
    }

    /** 1,000 rows of the present in order. */
    @Benchmark
    public int scanThePresent() {
        return scan(head.scan(RowKey.kind(1, RowKey.INODE), key(random.nextInt(ROWS - 1000))));
    }

    /** 1,000 rows as they were in the middle of history. */
    @Benchmark
    public int scanThePast() {
        return scan(past.scan(RowKey.kind(1, RowKey.INODE), key(random.nextInt(ROWS - 1000))));
    }

    /** A commit of 1,000 changed rows, synced. */
    @Benchmark
    public void commitThousandRows() {
        for (int i = 0; i < 1000; i++) {
            put(random.nextInt(ROWS));
        }
        record();
    }

    private static int scan(Scan scan) {
        int bytes = 0;
        try (scan) {
            for (int i = 0; i < 1000 && scan.next(); i++) {
                bytes += scan.value().length;
            }
        }
        return bytes;
    }

    private void put(int row) {
        random.nextBytes(value);
        try (Head.Change change = head.begin()) {
            change.put(key(row), value.clone());
        }
    }

    private void record() {
        Volume.Frozen frozen = volume.freeze(Optional.of(new Moment(System.nanoTime(), System.nanoTime())), Optional.empty());
        Batch batch = new Batch();
        Optional<Commit> commit = volume.record(batch, frozen);
        store.write(batch);
        volume.recorded(frozen, commit);
    }

    private static byte[] key(int row) {
        return RowKey.of(1, RowKey.INODE, row + 1L);
    }
}
