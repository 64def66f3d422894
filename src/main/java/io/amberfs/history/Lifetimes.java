package io.amberfs.history;

import io.amberfs.model.CorruptException;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The versions that a row had, by recorded epochs. Thread-safe. */
public final class Lifetimes {
    /** One version: there during the epochs [from, until). {@code until} is Long.MAX_VALUE while it lives. */
    public record Version(long from, long until, byte[] value) {
    }

    private static final int LIFE = 8;

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

    /** Takes the versions of a row, oldest first; what could not be read is left out. */
    public interface Taker {
        /** @return whether to go on */
        boolean take(byte[] key, List<Version> versions);
    }

    /** Gives {@code taker} every row that there ever was under {@code prefix}, in the order of their keys. What is damaged goes to {@code damaged}. */
    public void each(byte[] prefix, Taker taker, Consumer<CorruptException> damaged) {
        try (Reading reading = store.reading(); Cursor live = reading.cursor(Table.LIVE, prefix); Cursor past = reading.cursor(Table.PAST, prefix)) {
            boolean hasLive = live.next();
            boolean hasPast = past.next();
            boolean more = true;
            while (more && (hasLive || hasPast)) {
                byte[] old = hasPast ? Arrays.copyOf(past.key(), past.key().length - LIFE) : null;
                byte[] key = old == null || hasLive && Arrays.compareUnsigned(live.key(), old) < 0 ? live.key() : old;
                List<Version> versions = new ArrayList<>();
                for (; hasPast && Past.isVersionOf(past.key(), key); hasPast = past.next()) {
                    open(key, past.value(), KeyBytes.longAt(past.key(), key.length), versions, damaged);
                }
                if (hasLive && Arrays.equals(live.key(), key)) {
                    open(key, live.value(), Long.MAX_VALUE, versions, damaged);
                    hasLive = live.next();
                }
                more = taker.take(key, versions);
            }
        }
    }

    private void open(byte[] key, byte[] row, long until, List<Version> versions, Consumer<CorruptException> damaged) {
        try {
            versions.add(new Version(RowSeal.from(key, row), until, seal.open(key, row)));
        } catch (CorruptException e) {
            damaged.accept(e);
        }
    }

    /**
     * Shows {@code taker} the values that rows whose keys start with {@code prefix} had in commits up to {@code epoch}: of each row the newest first, until one is taken. The
     * live rows come first, in an order of their own, so that a row may be taken once more for its past. What is damaged goes to {@code damaged}.
     */
    public void show(byte[] prefix, long epoch, Predicate<byte[]> taker, Consumer<CorruptException> damaged) {
        try (Reading reading = store.reading(); Cursor live = reading.cursor(Table.LIVE, prefix); Cursor past = reading.cursor(Table.PAST, prefix)) {
            for (boolean valid = live.next(); valid; valid = live.next()) {
                isTaken(live.key(), live.value(), epoch, taker, damaged);
            }
            for (boolean valid = past.last(); valid; ) {
                byte[] key = Arrays.copyOf(past.key(), past.key().length - LIFE);
                long until = KeyBytes.longAt(past.key(), key.length);
                boolean isDone = isTaken(key, past.value(), epoch, taker, damaged) || until == 0;
                valid = past.seekBack(isDone ? key : KeyBytes.join(key, until - 1));
            }
        }
    }

    private boolean isTaken(byte[] key, byte[] row, long epoch, Predicate<byte[]> taker, Consumer<CorruptException> damaged) {
        try {
            return RowSeal.from(key, row) <= epoch && taker.test(seal.open(key, row));
        } catch (CorruptException e) {
            damaged.accept(e);
            return false;
        }
    }

    public int volume() {
        return volume;
    }
}
