package io.amberfs.history;

import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes kept commits show other rows than they did. The chain stays whole: of each change of a commit whose row is another afterwards, the leaf is noted that its hash tree has.
 * What is left of a version that no kept commit shows goes, too. The newest commit and the present stay what they are.
 *
 * <p>Confined to one thread, while nothing is recorded or let go.
 */
public final class Revision {
    /** A version as it was, or as it is to be. {@code value} is there where it is to be sealed anew. */
    private record Piece(long from, long until, byte[] stored, Optional<byte[]> value) {
        Piece during(long start, long end) {
            return new Piece(from, end, stored, value).startingAt(start);
        }

        private Piece startingAt(long start) {
            return start == from ? this : new Piece(start, until, stored, value);
        }

        /** Whether it is as it is stored. */
        boolean isOld() {
            return value.isEmpty();
        }
    }

    private static final class Row {
        private final List<Piece> before;
        private List<Piece> now;

        private Row(List<Piece> before) {
            this.before = before;
            now = before;
        }
    }

    private final Store store;
    private final RowSeal seal;
    private final Timeline timeline;
    private final Map<RowName, Row> rows = new HashMap<>();
    private int changes;

    Revision(Store store, RowSeal seal, Timeline timeline) {
        this.store = store;
        this.seal = seal;
        this.timeline = timeline;
    }

    /**
     * Changes what the row {@code key} was in the commits of [from, until), none of which is the newest or a later one.
     *
     * @param change gives another value for one that was there; the same array where it stays, and nothing where there was to be no row
     * @throws CorruptException when a version cannot be read
     */
    public void change(byte[] key, long from, long until, Function<byte[], Optional<byte[]>> change) {
        if (until > timeline.newestEpoch()) {
            throw new IllegalArgumentException("the newest commit stays what it is");
        }
        Row row = rows.computeIfAbsent(new RowName(key), name -> new Row(read(key)));
        List<Piece> now = new ArrayList<>();
        for (Piece piece : row.now) {
            long start = Math.max(from, piece.from());
            long end = Math.min(until, piece.until());
            byte[] value = start < end ? value(key, piece) : null;
            Optional<byte[]> changed = start < end ? change.apply(value) : Optional.empty();
            if (start >= end || changed.isPresent() && changed.get() == value) {
                now.add(piece);
                continue;
            }
            changes++;
            if (piece.from() < start) {
                now.add(piece.during(piece.from(), start));
            }
            changed.ifPresent(other -> now.add(new Piece(start, end, piece.stored(), Optional.of(other))));
            if (end < piece.until()) {
                now.add(new Piece(end, piece.until(), piece.stored(), Optional.of(value)));
            }
        }
        row.now = now;
    }

    /** Versions that were changed so far. */
    public int changes() {
        return changes;
    }

    /** Adds to the batch all that is to be changed; after it is written, this is done with. */
    public void addTo(Batch batch) {
        try (Reading reading = store.reading()) {
            rows.forEach((name, row) -> {
                if (row.now != row.before) {
                    add(reading, batch, name.bytes(), row);
                }
            });
        }
    }

    private void add(Reading reading, Batch batch, byte[] key, Row row) {
        // Before the rows are others, what the commits have of them is noted.
        for (Piece piece : row.before) {
            if (row.now.stream().noneMatch(now -> now.from() == piece.from() && now.isOld())) {
                noteLeaf(reading, batch, key, piece);
            }
        }
        List<Piece> shown = row.now.stream().filter(piece -> piece.until() == Long.MAX_VALUE || isShown(piece.from(), piece.until())).toList();
        for (Piece piece : row.before) {
            if (piece.until() != Long.MAX_VALUE && shown.stream().noneMatch(now -> now.until() == piece.until())) {
                batch.delete(Table.PAST, KeyBytes.join(key, piece.until()));
            }
        }
        for (Piece piece : shown) {
            if (!row.before.contains(piece)) {
                put(batch, key, piece);
                noteEdge(reading, batch, key, piece.from(), shown);
                noteEdge(reading, batch, key, piece.until(), shown);
            }
        }
    }

    private void put(Batch batch, byte[] key, Piece piece) {
        byte[] stored = piece.value().map(value -> seal.seal(key, piece.from(), value)).orElse(piece.stored());
        if (piece.until() == Long.MAX_VALUE) {
            batch.put(Table.LIVE, key, stored);
        } else {
            batch.put(Table.PAST, KeyBytes.join(key, piece.until()), stored);
        }
    }

    private void noteLeaf(Reading reading, Batch batch, byte[] key, Piece piece) {
        byte[] changeKey = Change.key(piece.from(), key);
        Optional<Change> change = reading.get(Table.CHANGES, changeKey).map(value -> Change.decode(key, value));
        change.filter(own -> own.isOwn() && own.leaf().isEmpty()).ifPresent(own -> {
            byte[] leaf = Recording.leaf(new HashTree(), key, piece.from(), own.previous(), Optional.of(piece.stored()), Optional.of(seal.open(key, piece.stored())));
            batch.put(Table.CHANGES, changeKey, own.purged(leaf).encode());
        });
    }

    /** The first commit from a new end of a version on shows another row than the one before it: that is noted, unless it is already. */
    private void noteEdge(Reading reading, Batch batch, byte[] key, long epoch, List<Piece> shown) {
        Optional<Long> commit = epoch == Long.MAX_VALUE ? Optional.empty() : timeline.firstFrom(epoch);
        if (commit.isEmpty() || reading.get(Table.CHANGES, Change.key(commit.get(), key)).isPresent()) {
            return;
        }
        long before = timeline.lastBefore(commit.get()).orElse(0L);
        long previous = shown.stream().filter(piece -> piece.from() <= before && before < piece.until()).mapToLong(Piece::from).findFirst().orElse(0);
        batch.put(Table.CHANGES, Change.key(commit.get(), key), Change.noted(previous).encode());
    }

    private boolean isShown(long from, long until) {
        return until > timeline.newestEpoch() || timeline.firstFrom(from).filter(epoch -> epoch < until).isPresent();
    }

    private byte[] value(byte[] key, Piece piece) {
        return piece.value().orElseGet(() -> seal.open(key, piece.stored()));
    }

    private List<Piece> read(byte[] key) {
        List<Piece> pieces = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor past = reading.cursor(Table.PAST, key)) {
            while (past.next()) {
                if (Past.isVersionOf(past.key(), key)) {
                    byte[] row = past.value();
                    pieces.add(new Piece(RowSeal.from(key, row), KeyBytes.longAt(past.key(), key.length), Arrays.copyOf(row, row.length), Optional.empty()));
                }
            }
            reading.get(Table.LIVE, key).ifPresent(row -> pieces.add(new Piece(RowSeal.from(key, row), Long.MAX_VALUE, row, Optional.empty())));
        }
        return List.copyOf(pieces);
    }
}
