package io.amberfs.block;

import io.amberfs.crypto.Sealer;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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

    private final Store store;
    private final Sealer sealer;
    private volatile Map<Id, Long> fresh = new ConcurrentHashMap<>();
    private volatile Map<Id, Long> flushing = Map.of();

    BlockIndex(Store store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
    }

    Optional<Long> find(byte[] id) {
        Id key = new Id(id);
        Long number = fresh.get(key);
        if (number == null) {
            number = flushing.get(key);
        }
        return number != null ? Optional.of(number) : store.get(Table.INDEX, id).flatMap(sealed -> open(id, sealed));
    }

    void add(byte[] id, long number) {
        fresh.put(new Id(id), number);
    }

    void flush(Batch batch) {
        flushing = fresh;
        fresh = new ConcurrentHashMap<>();
        flushing.forEach((id, number) -> batch.put(Table.INDEX, id.bytes(), sealer.sealRow(associated(id.bytes()), KeyBytes.ofLong(number), 0, 8)));
    }

    void flushed() {
        flushing = Map.of();
    }

    private Optional<Long> open(byte[] id, byte[] sealed) {
        try {
            byte[] number = sealer.openRow(associated(id), sealed);
            return number.length == 8 ? Optional.of(KeyBytes.longAt(number, 0)) : Optional.empty();
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
