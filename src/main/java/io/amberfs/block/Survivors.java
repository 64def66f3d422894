package io.amberfs.block;

import io.amberfs.codec.In;
import io.amberfs.codec.Out;
import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which blocks the last reclaim left: META rows {@code 'g', index u64}: {@code version u8 = 1 | limit u64 | (first varint | length varint)*}, ranges of numbers below the limit, in
 * order, {@code first} counted from the end of the range before. It spares the next reclaim numbers that are long gone; nothing depends on its being right. Not secret, so not
 * sealed.
 */
final class Survivors {
    private static final int VERSION = 1;
    private static final int HEAD = 9;
    private static final byte[] PREFIX = {'g'};
    /** More than there ever are: rows that cannot be read are deleted by their keys. */
    private static final long ROWS_MAX = 4096;
    /** Ranges of a row. */
    private static final int TOGETHER = 16 << 10;

    private Survivors() {
    }

    /** The blocks that may be in the store below {@code limit}; where the rows are missing or damaged, all. */
    static NumberRanges read(Store store, long limit) {
        try {
            return known(store, limit).orElseGet(() -> NumberRanges.of(1, limit));
        } catch (CorruptException e) {
            return NumberRanges.of(1, limit);
        }
    }

    private static Optional<NumberRanges> known(Store store, long limit) {
        NumberRanges.Builder ranges = new NumberRanges.Builder();
        long upTo = 0;
        long end = 1;
        try (Reading reading = store.reading(); Cursor rows = reading.cursor(Table.META, PREFIX)) {
            for (long index = 0; rows.next(); index++) {
                byte[] row = rows.value();
                boolean isNext = rows.key().length == 9 && KeyBytes.longAt(rows.key(), 1) == index && row.length >= HEAD && row[0] == VERSION;
                if (!isNext || index > 0 && upTo != KeyBytes.longAt(row, 1)) {
                    return Optional.empty();
                }
                upTo = KeyBytes.longAt(row, 1);
                In in = new In("the list of blocks that were left", Arrays.copyOfRange(row, HEAD, row.length));
                while (in.left() > 0) {
                    long first = end + in.varint(0, limit - end);
                    end = first + in.varint(1, limit - first);
                    ranges.add(first, end);
                }
            }
        }
        if (upTo == 0 || upTo > limit || end > upTo) {
            return Optional.empty();
        }
        return Optional.of(upTo < limit ? ranges.add(upTo, limit).build() : ranges.build());
    }

    /** Puts {@code ranges}, all below {@code limit}, in the place of what was noted before. */
    static void write(Store store, Batch batch, NumberRanges ranges, long limit) {
        List<byte[]> rows = rows(ranges, limit);
        try (Reading reading = store.reading(); Cursor old = reading.cursor(Table.META, PREFIX)) {
            while (old.next()) {
                batch.delete(Table.META, old.key());
            }
        } catch (CorruptException e) {
            for (long index = rows.size(); index < ROWS_MAX; index++) {
                batch.delete(Table.META, KeyBytes.join(PREFIX, index));
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            batch.put(Table.META, KeyBytes.join(PREFIX, i), rows.get(i));
        }
    }

    private static List<byte[]> rows(NumberRanges ranges, long limit) {
        List<byte[]> rows = new ArrayList<>();
        Out out = head(limit);
        long end = 1;
        for (int i = 0; i < ranges.count(); i++) {
            if (i > 0 && i % TOGETHER == 0) {
                rows.add(out.toBytes());
                out = head(limit);
            }
            out.varint(ranges.first(i) - end);
            end = ranges.until(i);
            out.varint(end - ranges.first(i));
        }
        rows.add(out.toBytes());
        return rows;
    }

    private static Out head(long limit) {
        return new Out(4 * TOGETHER).u8(VERSION).u64(limit);
    }
}
