package io.amberfs.history;

import io.amberfs.store.Cursor;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.Optional;

/** A volume as it was in one kept commit, seen through one reading: for many look-ups in a row. To be closed; confined to one thread. */
public final class StillPast implements View, AutoCloseable {
    private final RowSeal seal;
    private final int volume;
    private final long epoch;
    private final Reading reading;
    private final Cursor past;

    StillPast(Store store, RowSeal seal, int volume, long epoch) {
        this.seal = seal;
        this.volume = volume;
        this.epoch = epoch;
        reading = store.reading();
        past = reading.cursor(Table.PAST, new byte[] {(byte) (volume >>> 8), (byte) volume});
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
        Optional<byte[]> live = reading.get(Table.LIVE, key).filter(row -> RowSeal.from(key, row) <= epoch);
        return live.or(() -> Past.find(past, key, epoch)).map(row -> seal.open(key, row));
    }

    @Override
    public Scan scan(byte[] prefix, byte[] start) {
        return new PastScan(reading, () -> { }, seal, epoch, prefix, start);
    }

    @Override
    public void close() {
        past.close();
        reading.close();
    }
}
