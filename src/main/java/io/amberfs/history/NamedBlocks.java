package io.amberfs.history;

import io.amberfs.codec.ExtentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The blocks that rows of one frozen state name, those of all volumes, of the present and of the past; what no commit has yet is recorded by then. Goes through the rows of
 * inodes and regions, and opens each. Confined to one thread.
 */
public final class NamedBlocks {
    /** Is shown a block, and during which epochs, [from, until), a row names it; {@code until} is Long.MAX_VALUE for the present. */
    @FunctionalInterface
    public interface Naming {
        void block(long number, long from, long until);
    }

    private static final int HEAD = 3;
    private static final int LIFE = 8;

    private final Reading reading;
    private final RowSeal seal;

    NamedBlocks(Reading reading, RowSeal seal) {
        this.reading = reading;
        this.seal = seal;
    }

    /**
     * Shows {@code found} the number of each, maybe more than once.
     *
     * @throws CorruptException when a row cannot be read
     * @throws io.amberfs.model.UnsupportedFormatException when a row has a form this program does not know
     */
    public void forEach(LongConsumer found) {
        show((number, from, until) -> found.accept(number));
    }

    /** As {@link #forEach}, with when. */
    public void show(Naming found) {
        show(Table.LIVE, 0, found);
        show(Table.PAST, LIFE, found);
    }

    private void show(Table table, int life, Naming found) {
        try (Cursor rows = reading.cursor(table, new byte[0])) {
            boolean valid = rows.next();
            while (valid) {
                byte[] key = key(rows.key(), life);
                int kind = RowKey.kindOf(key);
                if (kind == RowKey.INODE || kind == RowKey.REGION) {
                    long until = life == 0 ? Long.MAX_VALUE : KeyBytes.longAt(rows.key(), key.length);
                    long from = RowSeal.from(key, rows.value());
                    extents(key, seal.open(key, rows.value())).forEach(extent -> found.block(extent.block(), from, until));
                    valid = rows.next();
                } else {
                    byte[] behind = behind(key, kind);
                    valid = behind.length > 0 && rows.seek(behind);
                }
            }
        }
    }

    /** The key of the row, without its end of life. @throws CorruptException for one that is of no row */
    private static byte[] key(byte[] key, int life) {
        byte[] row = Arrays.copyOf(key, Math.max(0, key.length - life));
        if (row.length < HEAD || !RowKey.isOf(volume(row), row)) {
            throw new CorruptException("a row has an unknown key of " + key.length + " bytes");
        }
        return row;
    }

    private static int volume(byte[] key) {
        return (key[0] & 0xff) << 8 | key[1] & 0xff;
    }

    /** The first key of the next kind that names blocks; empty behind the last volume. */
    private static byte[] behind(byte[] key, int kind) {
        return kind < RowKey.REGION ? RowKey.kind(volume(key), RowKey.REGION) : KeyBytes.behind(Arrays.copyOf(key, 2));
    }

    private static List<Extent> extents(byte[] key, byte[] plain) {
        if (RowKey.kindOf(key) == RowKey.REGION) {
            return ExtentCodec.decodeRegion(plain);
        }
        return InodeCodec.decode(RowKey.numberOf(key), plain).body() instanceof Body.Mapped mapped ? mapped.extents() : List.of();
    }
}
