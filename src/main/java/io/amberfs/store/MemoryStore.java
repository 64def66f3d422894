package io.amberfs.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A store in memory with the same promises, for tests: every step that could be the last before a crash is shown to a {@code watcher}, which may copy the
 * states that a crash there could leave.
 *
 * <p>Thread-safe; guarded by itself.
 */
public final class MemoryStore implements Store {
    /** What is about to be written when a crash comes: nothing of it, all of it or, for a run, some of its rows can be found afterwards. */
    public record Step(MemoryStore before, List<MemoryStore> outcomes) {
    }

    private final Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);
    private Consumer<Step> watcher = step -> { };
    private boolean watched;

    public MemoryStore() {
        for (Table table : Table.values()) {
            tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /** {@code watcher} is called before each batch or run with the states a crash in it could leave. */
    public synchronized void watch(Consumer<Step> watcher) {
        this.watcher = watcher;
        watched = true;
    }

    /** An independent store with the same rows. */
    public synchronized MemoryStore copy() {
        MemoryStore copy = new MemoryStore();
        tables.forEach((table, rows) -> copy.tables.get(table).putAll(rows));
        return copy;
    }

    @Override
    public synchronized Optional<byte[]> get(Table table, byte[] key) {
        return Optional.ofNullable(tables.get(table).get(key));
    }

    @Override
    public synchronized List<Optional<byte[]>> getAll(Table table, List<byte[]> keys) {
        List<Optional<byte[]>> found = new ArrayList<>();
        keys.forEach(key -> found.add(get(table, key)));
        return found;
    }

    @Override
    public synchronized Reading reading() {
        return new MemoryReading(copy().tables);
    }

    @Override
    public synchronized void write(Batch batch) {
        if (watched) {
            MemoryStore after = copy();
            after.apply(batch);
            watcher.accept(new Step(this, List.of(copy(), after)));
        }
        apply(batch);
    }

    @Override
    public synchronized void ingest(Table table, List<Row> rows) {
        if (watched) {
            List<MemoryStore> outcomes = new ArrayList<>();
            for (int mask = 0; mask < 4; mask++) {
                MemoryStore torn = copy();
                for (int i = 0; i < rows.size(); i++) {
                    if ((mask >> (i & 1) & 1) != 0) {
                        torn.tables.get(table).put(rows.get(i).key(), rows.get(i).value());
                    }
                }
                outcomes.add(torn);
            }
            watcher.accept(new Step(this, outcomes));
        }
        rows.forEach(row -> tables.get(table).put(row.key(), row.value()));
    }

    /** The rows go one by one; nothing is left. */
    @Override
    public List<Stretch> erase(Table table, Erasure erasure, double rest) {
        for (byte[] key : gone(table, erasure)) {
            erasure.goOn();
            write(new Batch().delete(table, key));
        }
        return List.of();
    }

    @Override
    public synchronized long erasable(Table table, Erasure erasure) {
        return gone(table, erasure).stream().mapToLong(key -> key.length + tables.get(table).get(key).length).sum();
    }

    private synchronized List<byte[]> gone(Table table, Erasure erasure) {
        NavigableMap<byte[], byte[]> rows = tables.get(table);
        List<byte[]> gone = new ArrayList<>();
        if (!rows.isEmpty()) {
            erasure.gaps(rows.firstKey(), rows.lastKey(), (from, until) -> gone.addAll(rows.subMap(from, until).keySet()));
        }
        return gone;
    }

    @Override
    public void compact(double share) {
        // Deleted rows take no room here.
    }

    @Override
    public long freeBytes() {
        return 1L << 40;
    }

    @Override
    public long totalBytes() {
        return 1L << 41;
    }

    @Override
    public synchronized long usedBytes() {
        return tables.values().stream().flatMap(rows -> rows.entrySet().stream()).mapToLong(row -> row.getKey().length + row.getValue().length).sum();
    }

    @Override
    public void close() {
    }

    private void apply(Batch batch) {
        for (Batch.Change change : batch.changes()) {
            if (change.value().isPresent()) {
                tables.get(change.table()).put(change.key(), change.value().get());
            } else {
                tables.get(change.table()).remove(change.key());
            }
        }
    }
}
