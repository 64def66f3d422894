package io.amberfs.block;

import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;

/**
 * The counters of blocks: META row {@code 'b'}: {@code version u8 = 1 | next number u64 | count u64}. Not secret, so not sealed: a wrong one cannot lead to a number
 * being given twice, since the numbers in the table count as well.
 */
final class BlockNumbers {
    private static final int VERSION = 1;
    private static final byte[] KEY = {'b'};

    /** What to go on from. */
    record Start(long next, long count) {
    }

    private BlockNumbers() {
    }

    /** The counters, with the blocks that were ingested after they were written last. */
    static Start read(Store store) {
        byte[] row = store.get(Table.META, KEY).orElse(new byte[17]);
        if (row.length != 17 || row[0] > VERSION) {
            throw new CorruptException("the counters of blocks are damaged");
        }
        long next = Math.max(1, KeyBytes.longAt(row, 1));
        long count = KeyBytes.longAt(row, 9);
        try (Reading reading = store.reading(); Cursor blocks = reading.cursor(Table.BLOCKS, new byte[0])) {
            boolean valid = blocks.seek(KeyBytes.ofLong(next));
            while (valid) {
                next = KeyBytes.longAt(blocks.key(), 0) + 1;
                count++;
                valid = blocks.next();
            }
        }
        return new Start(next, count);
    }

    static void write(Batch batch, long next, long count) {
        byte[] row = new byte[17];
        row[0] = VERSION;
        KeyBytes.putLong(row, 1, next);
        KeyBytes.putLong(row, 9, count);
        batch.put(Table.META, KEY, row);
    }
}
