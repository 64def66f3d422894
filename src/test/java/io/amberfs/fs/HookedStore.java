package io.amberfs.fs;

import io.amberfs.store.Batch;
import io.amberfs.store.Erasure;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Stretch;
import io.amberfs.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A store in memory that lets a test in before each write and ingest, and after each look-up in the dedup index: to wait there, or to throw. Counts what is written. Thread-safe. */
public final class HookedStore implements Store {
    public final MemoryStore rows = new MemoryStore();
    private final AtomicLong written = new AtomicLong();
    public volatile Runnable beforeWrite = () -> { };
    public volatile Runnable beforeIngest = () -> { };
    public volatile Runnable afterIndex = () -> { };
    public volatile LongSupplier free = rows::freeBytes;

    /** Bytes of all rows that were ever written. */
    long written() {
        return written.get();
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        Optional<byte[]> row = rows.get(table, key);
        if (table == Table.INDEX) {
            afterIndex.run();
        }
        return row;
    }

    @Override
    public List<Optional<byte[]>> getAll(Table table, List<byte[]> keys) {
        return rows.getAll(table, keys);
    }

    @Override
    public Reading reading() {
        return rows.reading();
    }

    @Override
    public void write(Batch batch) {
        beforeWrite.run();
        rows.write(batch);
        batch.changes().forEach(change -> written.addAndGet(change.key().length + change.value().map(value -> value.length).orElse(0)));
    }

    @Override
    public void ingest(Table table, List<Row> run) {
        beforeIngest.run();
        rows.ingest(table, run);
        run.forEach(row -> written.addAndGet(row.key().length + row.value().length));
    }

    @Override
    public List<Stretch> erase(Table table, Erasure erasure, double rest) {
        return rows.erase(table, erasure, rest);
    }

    @Override
    public long erasable(Table table, Erasure erasure) {
        return rows.erasable(table, erasure);
    }

    @Override
    public void compact(double share) {
        rows.compact(share);
    }

    @Override
    public long freeBytes() {
        return free.getAsLong();
    }

    @Override
    public long totalBytes() {
        return rows.totalBytes();
    }

    @Override
    public long usedBytes() {
        return rows.usedBytes();
    }

    @Override
    public void close() {
        rows.close();
    }
}
