package io.amberfs.bench;

import io.amberfs.block.BlockStore;
import io.amberfs.chunk.Chunker;
import io.amberfs.crypto.CipherCheck;
import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.history.Instants;
import io.amberfs.history.RowSeal;
import io.amberfs.history.SessionRows;
import io.amberfs.history.Volume;
import io.amberfs.model.Clock;
import io.amberfs.model.Entropy;
import io.amberfs.model.Name;
import io.amberfs.store.Batch;
import io.amberfs.store.Erasure;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.RocksStore;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Stretch;
import io.amberfs.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The write path by stage, in MB/s (10^6 bytes) of plaintext: each stage alone on one thread, then a whole drive on RocksDB without a transport. Arguments: a folder for the store,
 * and optionally a file to write instead of random bytes (its first 512 MB).
 */
public final class WritePathBenchmark {
    private static final int BYTES = 64 << 20;
    private static final int ROUNDS = 3;

    private WritePathBenchmark() {
    }

    /** A stage that takes all of {@code data} once. */
    private interface Stage {
        void run(byte[] data);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        byte[] data = new byte[BYTES];
        if (args.length > 1) {
            try (var in = Files.newInputStream(Path.of(args[1]))) {
                in.readNBytes(data, 0, BYTES);
            }
        } else {
            new Random(1).nextBytes(data);
        }
        for (int i = 0; i < 8; i++) {
            CipherCheck.warm();
        }
        Keys keys = new Keys(new byte[Keys.MASTER_LENGTH]);
        Chunker chunker = new Chunker(keys.gear());
        Path folder = Files.createDirectories(Path.of(args[0]).resolve("bench-store"));
        try (RocksStore store = new RocksStore(folder, Clock.system(), false); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store))) {
            stage("chunk", data, d -> cuts(chunker, d));
            stage("content id", data, d -> cuts(chunker, d).forEach(cut -> keys.contentId().of(d, cut[0], cut[1])));
            stage("seal", data, d -> cuts(chunker, d).forEach(cut -> sealer.sealBlock(new byte[33], new byte[32], d, cut[0], cut[1])));
            BlockStore blocks = new BlockStore(new Discarding(store), sealer, keys, 1, 1 << 20);
            long[] salt = {0};
            stage("put (all, discarded)", data, d -> {
                salt[0]++;
                for (int i = 0; i < d.length; i += 4096) {
                    KeyBytes.putLong(d, i, salt[0]);
                }
                cuts(chunker, d).forEach(cut -> blocks.put(d, cut[0], cut[1]));
            });
            long[] number = {1L << 50};
            stage("ingest", data, d -> {
                List<Row> rows = new ArrayList<>();
                for (int i = 0; i < d.length; i += 65536) {
                    rows.add(new Row(KeyBytes.ofLong(number[0]++), Arrays.copyOfRange(d, i, i + 65536)));
                }
                store.ingest(Table.BLOCKS, rows);
            });
            drive(store, keys, sealer, chunker, data);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void drive(Store store, Keys keys, Sealer sealer, Chunker chunker, byte[] data) {
        Volume volume = new Volume(store, new RowSeal(sealer), keys, 1);
        BlockStore blocks = new BlockStore(store, sealer, keys, 1, 8 << 20);
        try (Drive drive = new Drive(new Drive.Setup(store, volume, blocks, keys, chunker, Clock.system(), new Instants(ZoneOffset.UTC), false, false, 0, 0))) {
            for (int round = 0; round < ROUNDS; round++) {
                Node node = drive.create(Node.ROOT, Name.of("file" + round), 0644, new Caller(0, 0, 0));
                long start = System.nanoTime();
                long at = 0;
                try (FileHandle file = drive.open(node, true, false, false)) {
                    for (int pass = 0; pass < 8; pass++) {
                        for (int i = 0; i < data.length; i += 4096) {
                            KeyBytes.putLong(data, i, round * 100L + pass + 1000);
                        }
                        for (int i = 0; i < data.length; i += 128 << 10) {
                            file.write(at, data, i, 128 << 10);
                            at += 128 << 10;
                        }
                        drive.tick();
                    }
                    file.fsync(false);
                }
                report("drive, 128 KiB writes, fsync", at, start);
            }
        }
    }

    private static void stage(String name, byte[] data, Stage stage) {
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            stage.run(data);
            report(name, data.length, start);
        }
    }

    private static void report(String name, long bytes, long start) {
        System.out.printf("%-32s %8.0f MB/s%n", name, bytes * 1e3 / (System.nanoTime() - start));
    }

    private static List<int[]> cuts(Chunker chunker, byte[] data) {
        List<int[]> cuts = new ArrayList<>();
        for (int at = 0; at < data.length;) {
            int length = chunker.next(data, at, data.length);
            cuts.add(new int[] {at, length});
            at += length;
        }
        return cuts;
    }

    /** Takes runs and forgets them. */
    private record Discarding(Store store) implements Store {
        @Override
        public Optional<byte[]> get(Table table, byte[] key) {
            return store.get(table, key);
        }

        @Override
        public List<Optional<byte[]>> getAll(Table table, List<byte[]> keys) {
            return store.getAll(table, keys);
        }

        @Override
        public Reading reading() {
            return store.reading();
        }

        @Override
        public void write(Batch batch) {
        }

        @Override
        public void ingest(Table table, List<Row> rows) {
        }

        @Override
        public List<Stretch> erase(Table table, Erasure erasure, double rest) {
            return store.erase(table, erasure, rest);
        }

        @Override
        public long erasable(Table table, Erasure erasure) {
            return store.erasable(table, erasure);
        }

        @Override
        public void compact(double share) {
            store.compact(share);
        }

        @Override
        public long freeBytes() {
            return store.freeBytes();
        }

        @Override
        public long totalBytes() {
            return store.totalBytes();
        }

        @Override
        public long usedBytes() {
            return store.usedBytes();
        }

        @Override
        public void close() {
        }
    }
}
