package io.amberfs.store;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** A frozen copy of a {@link MemoryStore}. Confined to one thread. */
final class MemoryReading implements Reading {
    private final Map<Table, NavigableMap<byte[], byte[]>> tables;

    MemoryReading(Map<Table, NavigableMap<byte[], byte[]>> tables) {
        this.tables = tables;
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        return Optional.ofNullable(tables.get(table).get(key));
    }

    @Override
    public Cursor cursor(Table table, byte[] prefix) {
        return new MemoryCursor(tables.get(table), prefix);
    }

    @Override
    public void close() {
    }
}
