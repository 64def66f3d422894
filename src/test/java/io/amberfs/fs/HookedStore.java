package io.amberfs.fs;

import io.amberfs.store.Batch;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.List;
import java.util.Optional;

/** A store in memory that lets a test in before each write and ingest: to wait there, or to throw. Thread-safe. */
final class HookedStore implements Store {
    final MemoryStore rows = new MemoryStore();
    volatile Runnable beforeWrite = () -> { };
    volatile Runnable beforeIngest = () -> { };

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        return rows.get(table, key);
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
    }

    @Override
    public void ingest(Table table, List<Row> run) {
        beforeIngest.run();
        rows.ingest(table, run);
    }

    @Override
    public long freeBytes() {
        return rows.freeBytes();
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
