package io.amberfs.history;

import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The versions that a row had, by recorded epochs. Thread-safe. */
public final class Lifetimes {
    /** One version: there during the epochs [from, until). {@code until} is Long.MAX_VALUE while it lives. */
    public record Version(long from, long until, byte[] value) {
    }

    private final Store store;
    private final RowSeal seal;
    private final int volume;

    Lifetimes(Store store, RowSeal seal, int volume) {
        this.store = store;
        this.seal = seal;
        this.volume = volume;
    }

    /** All versions of the row {@code key}, oldest first. */
    public List<Version> of(byte[] key) {
        List<Version> versions = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor past = reading.cursor(Table.PAST, key)) {
            while (past.next()) {
                if (Past.isVersionOf(past.key(), key)) {
                    versions.add(new Version(RowSeal.from(key, past.value()), KeyBytes.longAt(past.key(), key.length), seal.open(key, past.value())));
                }
            }
            Optional<byte[]> live = reading.get(Table.LIVE, key);
            live.ifPresent(row -> versions.add(new Version(RowSeal.from(key, row), Long.MAX_VALUE, seal.open(key, row))));
        }
        return versions;
    }

    /** The newest recorded version of each row whose key starts with {@code prefix}, in the order of the keys, dead rows included. */
    public List<Version> newest(byte[] prefix) {
        List<Version> found = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor past = reading.cursor(Table.PAST, prefix)) {
            boolean valid = past.next();
            while (valid) {
                byte[] key = Arrays.copyOf(past.key(), past.key().length - 8);
                byte[] row = past.value();
                long until = KeyBytes.longAt(past.key(), key.length);
                valid = past.next();
                if (!valid || !Past.isVersionOf(past.key(), key)) {
                    found.add(new Version(RowSeal.from(key, row), until, seal.open(key, row)));
                }
            }
        }
        return Collections.unmodifiableList(found);
    }

    public int volume() {
        return volume;
    }
}
