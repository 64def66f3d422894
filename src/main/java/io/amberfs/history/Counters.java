package io.amberfs.history;

import io.amberfs.codec.In;
import io.amberfs.codec.InodeCodec;
import io.amberfs.codec.Out;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Inode;
import io.amberfs.model.Totals;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Cursor;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Optional;

/**
 * What a volume counts. META row {@code 'v' volume u16}: {@code version u8 = 1 | committed u8 | next ino varint | files varint | logical bytes varint}. Immutable.
 *
 * @param committed whether the recording that left them was a commit
 */
record Counters(boolean committed, long nextIno, Totals totals) {
    static final Counters NEW = new Counters(true, 1, new Totals(0, 0));
    private static final int VERSION = 1;
    private static final int[] NUMBERED = {RowKey.INODE, RowKey.DIRENT, RowKey.REGION, RowKey.XATTR, RowKey.ORPHAN, RowKey.REAP, RowKey.LINK};

    static byte[] key(int volume) {
        return new byte[] {'v', (byte) (volume >>> 8), (byte) volume};
    }

    byte[] encode() {
        return new Out(24).u8(VERSION).u8(committed ? 1 : 0).varint(nextIno).varint(totals.files()).varint(totals.logicalBytes()).toBytes();
    }

    static Counters decode(int volume, byte[] bytes) {
        In in = new In("the counters of volume " + volume, bytes).version(VERSION);
        Counters counters = new Counters(in.u8() == 1, in.varint(1, Long.MAX_VALUE), new Totals(in.varint(0, Long.MAX_VALUE), in.varint(0, Long.MAX_VALUE)));
        in.end();
        return counters;
    }

    /**
     * Counts anew: every live inode, and the highest number that any row is of or names. A number that no row has was given to nothing that is left. What was recorded may not
     * be in a commit yet, so it counts as not committed.
     *
     * @throws CorruptException when rows cannot be read, so that the highest number is not known
     */
    static Counters count(Reading reading, RowSeal seal, int volume) {
        long highest = 0;
        for (int kind : NUMBERED) {
            highest = Math.max(highest, Math.max(last(reading, Table.LIVE, volume, kind), last(reading, Table.PAST, volume, kind)));
        }
        long files = 0;
        long bytes = 0;
        try (Cursor inodes = reading.cursor(Table.LIVE, RowKey.kind(volume, RowKey.INODE))) {
            while (inodes.next()) {
                Optional<Inode> inode = inode(seal, inodes.key(), inodes.value());
                files++;
                bytes += inode.filter(Inode::isFile).map(Inode::size).orElse(0L);
                highest = Math.max(highest, inode.map(i -> i.body() instanceof Body.Regions regions ? regions.map() : 0L).orElse(0L));
            }
        }
        return new Counters(false, highest + 1, new Totals(files, bytes));
    }

    private static long last(Reading reading, Table table, int volume, int kind) {
        try (Cursor rows = reading.cursor(table, RowKey.kind(volume, kind))) {
            return rows.last() ? RowKey.numberOf(rows.key()) : 0;
        }
    }

    /** Empty for a record that is damaged: a file of unknown size. */
    private static Optional<Inode> inode(RowSeal seal, byte[] key, byte[] row) {
        try {
            return Optional.of(InodeCodec.decode(RowKey.numberOf(key), seal.open(key, row)));
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }
}
