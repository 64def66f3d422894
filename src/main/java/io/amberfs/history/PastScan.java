package io.amberfs.history;

import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Optional;

/** The rows of one commit: those of the live table that are old enough, and those of the past that were there then. Confined to one thread. */
final class PastScan implements Scan {
    private final Runnable closing;
    private final RowSeal seal;
    private final long epoch;
    private final Cursor live;
    private final Cursor past;
    private boolean liveValid;
    private boolean pastValid;
    private byte[] key = {};
    private byte[] row = {};

    /** @param closing ends the reading, if it is for this alone */
    PastScan(Reading reading, Runnable closing, RowSeal seal, long epoch, byte[] prefix, byte[] start) {
        this.closing = closing;
        this.seal = seal;
        this.epoch = epoch;
        byte[] first = Arrays.compareUnsigned(start, prefix) < 0 ? prefix : start;
        live = reading.cursor(Table.LIVE, prefix);
        past = reading.cursor(Table.PAST, prefix);
        liveValid = live.seek(first);
        pastValid = past.seek(first);
    }

    @Override
    public boolean next() {
        while (liveValid || pastValid) {
            byte[] pastKey = pastValid ? Arrays.copyOf(past.key(), past.key().length - 8) : null;
            byte[] liveKey = liveValid ? live.key() : null;
            int order = pastKey == null ? -1 : liveKey == null ? 1 : Arrays.compareUnsigned(liveKey, pastKey);
            byte[] candidate = order <= 0 ? liveKey : pastKey;
            Optional<byte[]> found = order <= 0 ? fromLive(candidate) : Optional.empty();
            if (order >= 0) {
                found = found.or(() -> Past.find(past, candidate, epoch));
                pastValid = past.seek(KeyBytes.join(candidate, -1L));
            }
            if (order <= 0) {
                liveValid = live.next();
            }
            if (found.isPresent()) {
                key = candidate;
                row = found.get();
                return true;
            }
        }
        return false;
    }

    private Optional<byte[]> fromLive(byte[] candidate) {
        byte[] value = live.value();
        return RowSeal.from(candidate, value) <= epoch ? Optional.of(value) : Optional.empty();
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] value() {
        return seal.open(key, row);
    }

    @Override
    public void close() {
        past.close();
        live.close();
        closing.run();
    }
}
