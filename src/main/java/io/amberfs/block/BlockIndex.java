package io.amberfs.block;

import io.amberfs.crypto.Sealer;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Which content has which block number: the INDEX table, and what is not in it yet. Serves dedup alone; a row that is damaged counts as not there, so that the chunk is
 * stored afresh. Thread-safe; {@link #flush} and {@link #flushed} come in turn, from one thread at a time.
 */
final class BlockIndex {
    private record Id(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Id id && Arrays.equals(bytes, id.bytes);
        }

        @Override
        public int hashCode() {
            return (int) KeyBytes.longAt(bytes, 8);
        }
    }

    /** What a row has: number u64, stored u32, length u32. */
    private record Entry(long number, int stored, int length) {
        static final int LENGTH = 16;

        byte[] bytes() {
            byte[] bytes = new byte[LENGTH];
            KeyBytes.putLong(bytes, 0, number);
            KeyBytes.putLong(bytes, 8, (long) stored << 32 | length);
            return bytes;
        }

        static Entry of(byte[] bytes) {
            long lengths = KeyBytes.longAt(bytes, 8);
            return new Entry(KeyBytes.longAt(bytes, 0), (int) (lengths >>> 32), (int) lengths);
        }
    }

    /** Rows that are deleted in one batch. */
    private static final int TOGETHER = 1000;

    private final Store store;
    private final Sealer sealer;
    private volatile Map<Id, Entry> fresh = new ConcurrentHashMap<>();
    private volatile Map<Id, Entry> flushing = Map.of();

    BlockIndex(Store store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
    }

    Optional<Long> find(byte[] id) {
        Id key = new Id(id);
        Entry entry = fresh.get(key);
        if (entry == null) {
            entry = flushing.get(key);
        }
        return (entry != null ? Optional.of(entry) : store.get(Table.INDEX, id).flatMap(sealed -> open(id, sealed))).map(Entry::number);
    }

    /** @param stored bytes of the block's row; {@code length} those of its plaintext */
    void add(byte[] id, long number, int stored, int length) {
        fresh.put(new Id(id), new Entry(number, stored, length));
    }

    void flush(Batch batch) {
        flushing = fresh;
        fresh = new ConcurrentHashMap<>();
        flushing.forEach((id, entry) -> batch.put(Table.INDEX, id.bytes(), sealer.sealRow(associated(id.bytes()), entry.bytes(), 0, Entry.LENGTH)));
    }

    void flushed() {
        flushing = Map.of();
    }

    /** Takes the rows out that lead to dead blocks; new blocks with the same contents keep theirs. {@code exclusively} runs a change of the store between two recordings. */
    void forget(LongPredicate dead, Consumer<Runnable> exclusively) {
        List<Row> found = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.INDEX, new byte[0])) {
            while (rows.next()) {
                if (open(rows.key(), rows.value()).filter(entry -> dead.test(entry.number())).isPresent()) {
                    found.add(new Row(rows.key(), rows.value()));
                }
                if (found.size() >= TOGETHER) {
                    forget(found, exclusively);
                    found.clear();
                }
            }
        }
        forget(found, exclusively);
    }

    private void forget(List<Row> found, Consumer<Runnable> exclusively) {
        if (found.isEmpty()) {
            return;
        }
        List<byte[]> ids = found.stream().map(Row::key).toList();
        exclusively.accept(() -> {
            Batch batch = new Batch();
            List<Optional<byte[]>> now = store.getAll(Table.INDEX, ids);
            for (int i = 0; i < ids.size(); i++) {
                if (now.get(i).isPresent() && Arrays.equals(now.get(i).get(), found.get(i).value())) {
                    batch.delete(Table.INDEX, ids.get(i));
                }
            }
            if (!batch.isEmpty()) {
                store.write(batch);
            }
        });
    }

    /** Shows {@code sizes} each block of which {@code reading} has a row that opens. */
    void forEach(Reading reading, BlockStore.Sizes sizes) {
        try (Cursor rows = reading.cursor(Table.INDEX, new byte[0])) {
            while (rows.next()) {
                open(rows.key(), rows.value()).ifPresent(entry -> sizes.block(entry.number(), entry.stored(), entry.length()));
            }
        }
    }

    private Optional<Entry> open(byte[] id, byte[] sealed) {
        try {
            byte[] entry = sealer.openRow(associated(id), sealed);
            return entry.length == Entry.LENGTH ? Optional.of(Entry.of(entry)) : Optional.empty();
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }

    private static byte[] associated(byte[] id) {
        byte[] associated = new byte[1 + id.length];
        associated[0] = 'I';
        System.arraycopy(id, 0, associated, 1, id.length);
        return associated;
    }
}
