package io.amberfs.history;

import io.amberfs.codec.ExtentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
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

    /** Is shown what names blocks, and during which epochs, likewise. */
    public interface Namers {
        /** An inode, which may name blocks itself, or a map. */
        void inode(long ino, Inode inode, long from, long until);

        void region(long map, List<Extent> extents, long from, long until);
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
        show(new Namers() {
            @Override
            public void inode(long ino, Inode inode, long from, long until) {
                extents(inode).forEach(extent -> found.block(extent.block(), from, until));
            }

            @Override
            public void region(long map, List<Extent> extents, long from, long until) {
                extents.forEach(extent -> found.block(extent.block(), from, until));
            }
        });
    }

    /** Shows all rows of inodes and regions, of the present and then of the past; in each those of inodes come first. */
    public void show(Namers namers) {
        show(Table.LIVE, 0, namers);
        show(Table.PAST, LIFE, namers);
    }

    /** The extents that an inode has itself. */
    public static List<Extent> extents(Inode inode) {
        return inode.body() instanceof Body.Mapped mapped ? mapped.extents() : List.of();
    }

    private void show(Table table, int life, Namers namers) {
        try (Cursor rows = reading.cursor(table, new byte[0])) {
            boolean valid = rows.next();
            while (valid) {
                byte[] key = key(rows.key(), life);
                int kind = RowKey.kindOf(key);
                if (kind == RowKey.INODE || kind == RowKey.REGION) {
                    long until = life == 0 ? Long.MAX_VALUE : KeyBytes.longAt(rows.key(), key.length);
                    long from = RowSeal.from(key, rows.value());
                    byte[] plain = seal.open(key, rows.value());
                    if (kind == RowKey.REGION) {
                        namers.region(RowKey.numberOf(key), ExtentCodec.decodeRegion(plain), from, until);
                    } else {
                        namers.inode(RowKey.numberOf(key), InodeCodec.decode(RowKey.numberOf(key), plain), from, until);
                    }
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
}
