package io.amberfs.block;

import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.Optional;

/**
 * The counters of blocks: META row {@code 'b'}: {@code version u8 = 1 | next number u64 | count u64}. Not secret, so not sealed: a wrong one cannot lead to a number
 * being given twice, since the numbers in the table count as well.
 */
final class BlockNumbers {
    private static final int VERSION = 1;
    private static final int LENGTH = 17;
    private static final byte[] KEY = {'b'};

    /**
     * What to go on from.
     *
     * @param damage why the next number is not known, so that nothing may be stored; empty when it is
     */
    record Start(long next, long count, Optional<String> damage) {
    }

    private BlockNumbers() {
    }

    /** The counters, with the blocks that were ingested after they were written last. Counters that are damaged are counted anew. */
    static Start read(Store store) {
        try (Reading reading = store.reading()) {
            Optional<byte[]> row = reading.get(Table.META, KEY);
            if (row.isEmpty()) {
                return countOn(reading, 1, 0);
            }
            byte[] counters = row.get();
            boolean isWhole = counters.length == LENGTH && counters[0] == VERSION && KeyBytes.longAt(counters, 1) > 0;
            return isWhole ? countOn(reading, KeyBytes.longAt(counters, 1), KeyBytes.longAt(counters, 9)) : recount(reading);
        } catch (CorruptException e) {
            return new Start(Long.MAX_VALUE, 0, Optional.of("the newest blocks cannot be read: " + e.getMessage()));
        }
    }

    private static Start countOn(Reading reading, long counted, long before) {
        long next = counted;
        long count = before;
        try (Cursor blocks = reading.cursor(Table.BLOCKS, new byte[0])) {
            boolean valid = blocks.seek(KeyBytes.ofLong(next));
            while (valid) {
                next = KeyBytes.longAt(blocks.key(), 0) + 1;
                count++;
                valid = blocks.next();
            }
        }
        return new Start(next, count, Optional.empty());
    }

    /** The dedup index has a row for each block, but few, and is read in a fraction of the time. */
    private static Start recount(Reading reading) {
        long count = 0;
        try (Cursor blocks = reading.cursor(Table.BLOCKS, new byte[0]); Cursor index = reading.cursor(Table.INDEX, new byte[0])) {
            long next = blocks.last() ? KeyBytes.longAt(blocks.key(), 0) + 1 : 1;
            while (index.next()) {
                count++;
            }
            return new Start(next, count, Optional.empty());
        }
    }

    static void write(Batch batch, long next, long count) {
        byte[] row = new byte[LENGTH];
        row[0] = VERSION;
        KeyBytes.putLong(row, 1, next);
        KeyBytes.putLong(row, 9, count);
        batch.put(Table.META, KEY, row);
    }
}
