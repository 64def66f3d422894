package io.amberfs.check;

import io.amberfs.history.RowKey;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Optional;

/**
 * Walks all versions of the rows under a prefix in the order of their keys; of one key the oldest first and the live one last. Rows whose keys have a wrong length are left out.
 * Confined to one thread.
 */
final class Versions implements AutoCloseable {
    private static final int LIFE = 8;

    private final Opener opener;
    private final Rows live;
    private final Rows past;
    private final Rows.Strays strays;
    private boolean liveValid;
    private boolean pastValid;

    Versions(Reading reading, Opener opener, byte[] prefix, Rows.Holes holes, Rows.Strays strays) {
        this.opener = opener;
        this.strays = strays;
        live = new Rows(reading, Table.LIVE, prefix, holes);
        past = new Rows(reading, Table.PAST, prefix, holes);
        nextLive();
        nextPast();
    }

    /** Empty at the end. */
    Optional<Version> next() {
        if (!liveValid && !pastValid) {
            return Optional.empty();
        }
        boolean fromPast = pastValid && (!liveValid || compareKeys() <= 0);
        Rows rows = fromPast ? past : live;
        byte[] key = fromPast ? Arrays.copyOf(rows.key(), rows.key().length - LIFE) : rows.key();
        long until = fromPast ? KeyBytes.longAt(rows.key(), key.length) : Long.MAX_VALUE;
        Version version = open(key, rows.value(), until);
        if (fromPast) {
            nextPast();
        } else {
            nextLive();
        }
        return Optional.of(version);
    }

    @Override
    public void close() {
        past.close();
        live.close();
    }

    private Version open(byte[] key, byte[] row, long until) {
        long from = row.length < LIFE ? 0 : KeyBytes.longAt(row, 0);
        try {
            return new Version(key, from, until, Optional.of(opener.versioned(key, row)), "");
        } catch (CorruptException | UnsupportedFormatException e) {
            return new Version(key, from, until, Optional.empty(), e.getMessage());
        }
    }

    private int compareKeys() {
        return Arrays.compareUnsigned(past.key(), 0, past.key().length - LIFE, live.key(), 0, live.key().length);
    }

    private void nextLive() {
        liveValid = advance(live, Table.LIVE, 0);
    }

    private void nextPast() {
        pastValid = advance(past, Table.PAST, LIFE);
    }

    private boolean advance(Rows rows, Table table, int more) {
        while (rows.next()) {
            if (rows.key().length == RowKey.length(RowKey.kindOf(rows.key())) + more) {
                return true;
            }
            strays.stray(table, rows.key());
        }
        return false;
    }
}
