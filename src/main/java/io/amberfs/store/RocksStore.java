package io.amberfs.store;

import io.amberfs.model.Clock;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Fault;
import io.amberfs.model.Refusal;
import io.amberfs.model.StoreFailedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LogFile;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The store on disk: RocksDB in the folder {@code rows}, runs of blocks ingested from the folder {@code runs}, the {@code synced} mark beside them.
 *
 * <ul>
 * <li>Every batch is synced before {@link #write} returns. After a failed write nothing more is written: a failed sync is never retried.
 * <li>A database that has forgotten batches that were durable is refused at opening, by {@link RocksOpening}, with nothing changed.
 * </ul>
 *
 * <p>Thread-safe. {@code writeLock} orders batches with the mark; native handles live until {@link #close}, after which no method may be called.
 */
public final class RocksStore implements Store {
    static final String ROWS = "rows";
    static final String MARK = "synced";

    private final Natives natives = new Natives();
    private final Path runs;
    private final FileStore device;
    /** None in a store that is only read. */
    private final Optional<SyncMark> mark;
    private final Manifest manifest;
    private final Clock clock;
    private final RocksDB db;
    private final List<ColumnFamilyHandle> tables = new ArrayList<>();
    private final WriteOptions synced;
    private final ReadOptions plain;
    private final ReadOptions uncached;
    private final AtomicLong runNumber = new AtomicLong();
    private final Object writeLock = new Object();
    private volatile Optional<StoreFailedException> failed = Optional.empty();

    /**
     * Opens the store in {@code folder}, which must exist, or makes it where there never was one.
     *
     * @param acceptLoss open at the last intact state although later durable batches are lost
     * @throws Refusal DAMAGE when the database is damaged as a whole or has lost its end; then nothing was changed
     */
    public RocksStore(Path folder, Clock clock, boolean acceptLoss) {
        this(folder, clock, acceptLoss, false);
    }

    /** @param readOnly change nothing on disk: what the log holds is replayed in memory */
    public RocksStore(Path folder, Clock clock, boolean acceptLoss, boolean readOnly) {
        this.clock = clock;
        manifest = new Manifest(folder.resolve(ROWS));
        runs = folder.resolve("runs");
        try {
            db = new RocksOpening(folder, acceptLoss, readOnly).open(natives, tables);
            device = Files.getFileStore(folder);
            synced = natives.add(new WriteOptions().setSync(true));
            plain = natives.add(new ReadOptions());
            uncached = natives.add(new ReadOptions().setFillCache(false));
            if (!readOnly) {
                Files.createDirectories(runs);
                deleteLeftovers(runs);
            }
            mark = readOnly ? Optional.empty() : Optional.of(natives.add(new SyncMark(folder.resolve(MARK))));
            mark.ifPresent(m -> m.restart(durable()));
        } catch (IOException e) {
            natives.close();
            throw new StoreFailedException("cannot use the store " + folder + ": " + e.getMessage(), e);
        } catch (Refusal | Fault e) {
            natives.close();
            throw e;
        }
    }

    /** Whether a database was ever made in that store. */
    public static boolean isMade(Path folder) {
        return Files.exists(folder.resolve(ROWS)) || Files.exists(folder.resolve(MARK));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        try {
            return Optional.ofNullable(db.get(tables.get(table.ordinal()), table == Table.BLOCKS ? uncached : plain, key));
        } catch (RocksDBException e) {
            throw fault("cannot read from table " + table, e);
        }
    }

    @Override
    public int get(Table table, byte[] key, byte[] into) {
        try {
            return db.get(tables.get(table.ordinal()), table == Table.BLOCKS ? uncached : plain, key, 0, key.length, into, 0, into.length);
        } catch (RocksDBException e) {
            throw fault("cannot read from table " + table, e);
        }
    }

    @Override
    public List<Optional<byte[]>> getAll(Table table, List<byte[]> keys) {
        try {
            List<byte[]> values = db.multiGetAsList(plain, Collections.nCopies(keys.size(), tables.get(table.ordinal())), keys);
            List<Optional<byte[]>> found = new ArrayList<>(values.size());
            values.forEach(value -> found.add(Optional.ofNullable(value)));
            return found;
        } catch (RocksDBException e) {
            throw fault("cannot read from table " + table, e);
        }
    }

    @Override
    public Reading reading() {
        return new RocksReading(db, tables);
    }

    @Override
    public void write(Batch batch) {
        synchronized (writeLock) {
            failIfFailed();
            try (WriteBatch rocks = new WriteBatch((int) Math.min(batch.bytes() + 64L * batch.changes().size() + 64, 1 << 30))) {
                for (Batch.Change change : batch.changes()) {
                    ColumnFamilyHandle table = tables.get(change.table().ordinal());
                    if (change.value().isPresent()) {
                        rocks.put(table, change.key(), change.value().get());
                    } else {
                        rocks.delete(table, change.key());
                    }
                }
                db.write(synced, rocks);
                mark.ifPresent(m -> m.write(durable()));
            } catch (RocksDBException e) {
                throw failure("cannot write a batch of " + batch.changes().size() + " rows", e);
            }
        }
    }

    @Override
    public void ingest(Table table, List<Row> rows) {
        failIfFailed();
        Path run = runs.resolve(runNumber.incrementAndGet() + ".sst");
        try (EnvOptions env = new EnvOptions(); Options options = new Options(); SstFileWriter writer = new SstFileWriter(env, options);
             IngestExternalFileOptions move = new IngestExternalFileOptions(true, false, true, true)) {
            options.setCompressionType(org.rocksdb.CompressionType.NO_COMPRESSION);
            writer.open(run.toString());
            for (Row row : rows) {
                writer.put(row.key(), row.value());
            }
            writer.finish();
            db.ingestExternalFile(tables.get(table.ordinal()), List.of(run.toString()), move);
            synchronized (writeLock) {
                mark.ifPresent(m -> m.write(durable()));
            }
        } catch (RocksDBException e) {
            throw failure("cannot add a run of " + rows.size() + " blocks", e);
        }
    }

    @Override
    public List<Stretch> erase(Table table, Erasure erasure, double rest) {
        failIfFailed();
        try {
            return eraser(table).erase(erasure, rest);
        } catch (RocksDBException e) {
            throw failure("cannot give back the room of table " + table, e);
        }
    }

    @Override
    public long erasable(Table table, Erasure erasure) {
        return eraser(table).erasable(erasure);
    }

    private RocksEraser eraser(Table table) {
        return new RocksEraser(db, tables.get(table.ordinal()), this::freeBytes, batch -> {
            synchronized (writeLock) {
                db.write(synced, batch);
                mark.ifPresent(m -> m.write(durable()));
            }
        });
    }

    @Override
    public void compact(double share) {
        failIfFailed();
        try {
            for (Table table : Table.values()) {
                if (table != Table.BLOCKS) {
                    eraser(table).compact(share);
                }
            }
        } catch (RocksDBException e) {
            throw failure("cannot give back the room of deleted rows", e);
        }
    }

    @Override
    public long freeBytes() {
        try {
            return device.getUsableSpace();
        } catch (IOException e) {
            throw new StoreFailedException("cannot ask the file system for its free space: " + e.getMessage(), e);
        }
    }

    @Override
    public long totalBytes() {
        try {
            return device.getTotalSpace();
        } catch (IOException e) {
            throw new StoreFailedException("cannot ask the file system for its size: " + e.getMessage(), e);
        }
    }

    @Override
    public long usedBytes() {
        try {
            // Not the memtables: their size is that of the memory set aside for them, megabytes for a few rows; what they hold is in the log.
            long bytes = db.getSortedWalFiles().stream().mapToLong(LogFile::sizeFileBytes).sum();
            for (ColumnFamilyHandle table : tables) {
                bytes += db.getLongProperty(table, "rocksdb.total-sst-files-size");
            }
            return bytes;
        } catch (RocksDBException e) {
            throw fault("cannot ask for the size of the tables", e);
        }
    }

    @Override
    public void close() {
        natives.close();
    }

    /** What is durable by now. Under {@code writeLock}, so that no later batch is counted. */
    private SyncMark.Mark durable() {
        return new SyncMark.Mark(db.getLatestSequenceNumber(), clock.nanos(), manifest.sync());
    }

    private void failIfFailed() {
        if (failed.isPresent()) {
            throw new StoreFailedException(failed.get().getMessage(), failed.get());
        }
    }

    private StoreFailedException failure(String what, RocksDBException e) {
        StoreFailedException failure = new StoreFailedException(what + ": " + e.getMessage() + "; nothing more is written until the drive is mounted again", e);
        failed = Optional.of(failure);
        return failure;
    }

    static Fault fault(String what, RocksDBException e) {
        boolean corrupt = e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
        return corrupt ? new CorruptException(what + ": " + e.getMessage(), e) : new StoreFailedException(what + ": " + e.getMessage(), e);
    }

    private static void deleteLeftovers(Path runs) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(runs, "*.sst")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
