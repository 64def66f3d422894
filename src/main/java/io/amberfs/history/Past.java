package io.amberfs.history;

import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Optional;

/** A volume as it was in one kept commit. Thread-safe: each call reads a frozen state of its own. */
public final class Past implements View {
    private final Store store;
    private final RowSeal seal;
    private final int volume;
    private final long epoch;

    public Past(Store store, RowSeal seal, int volume, long epoch) {
        this.store = store;
        this.seal = seal;
        this.volume = volume;
        this.epoch = epoch;
    }

    @Override
    public int volume() {
        return volume;
    }

    public long epoch() {
        return epoch;
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Optional<byte[]> live = store.get(Table.LIVE, key);
        if (live.isPresent() && RowSeal.from(key, live.get()) <= epoch) {
            return live.map(row -> seal.open(key, row));
        }
        try (Reading reading = store.reading(); Cursor past = reading.cursor(Table.PAST, key)) {
            return find(past, key, epoch).map(row -> seal.open(key, row));
        }
    }

    @Override
    public Scan scan(byte[] prefix, byte[] start) {
        Reading reading = store.reading();
        return new PastScan(reading, reading::close, seal, epoch, prefix, start);
    }

    /** The row of {@code key} in {@code epoch}: the first with {@code until > epoch}, if it began by then. */
    static Optional<byte[]> find(Cursor past, byte[] key, long epoch) {
        boolean found = past.seek(KeyBytes.join(key, epoch + 1)) && isVersionOf(past.key(), key) && RowSeal.from(key, past.value()) <= epoch;
        return found ? Optional.of(past.value()) : Optional.empty();
    }

    static boolean isVersionOf(byte[] pastKey, byte[] key) {
        return pastKey.length == key.length + 8 && Arrays.equals(pastKey, 0, key.length, key, 0, key.length);
    }
}
