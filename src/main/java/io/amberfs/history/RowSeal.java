package io.amberfs.history;

import io.amberfs.crypto.Sealer;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.KeyBytes;
import java.util.Arrays;

/**
 * Seals and opens the values of rows: a versioned row is {@code from u64 | sealed}, its key and {@code from} are in the associated data, so that no row can stand in
 * for another. Thread-safe.
 */
public final class RowSeal {
    private static final byte VERSIONED = 'V';
    private static final byte SINGLE = 'S';
    private static final int FROM = 8;

    private final Sealer sealer;

    public RowSeal(Sealer sealer) {
        this.sealer = sealer;
    }

    /** The stored value of a versioned row. */
    byte[] seal(byte[] key, long from, byte[] plain) {
        byte[] sealed = sealer.sealRow(associated(VERSIONED, key, from), plain, 0, plain.length);
        byte[] row = new byte[FROM + sealed.length];
        KeyBytes.putLong(row, 0, from);
        System.arraycopy(sealed, 0, row, FROM, sealed.length);
        return row;
    }

    byte[] open(byte[] key, byte[] row) {
        long from = from(key, row);
        try {
            return sealer.openRow(associated(VERSIONED, key, from), Arrays.copyOfRange(row, FROM, row.length));
        } catch (CorruptException e) {
            throw new CorruptException(RowKey.describe(key) + " (since epoch " + from + ") is damaged: " + e.getMessage(), e);
        }
    }

    static long from(byte[] key, byte[] row) {
        if (row.length < FROM) {
            throw new CorruptException(RowKey.describe(key) + " is damaged: " + row.length + " bytes");
        }
        return KeyBytes.longAt(row, 0);
    }

    /** The stored value of a row that has no versions; {@code table} tells tables apart. */
    public byte[] sealSingle(char table, byte[] key, byte[] plain) {
        return sealer.sealRow(associated(SINGLE, key, table), plain, 0, plain.length);
    }

    /** @throws UnsupportedFormatException for a sealed form this program does not know */
    public byte[] openSingle(char table, byte[] key, byte[] sealed) {
        return sealer.openRow(associated(SINGLE, key, table), sealed);
    }

    private static byte[] associated(byte type, byte[] key, long number) {
        byte[] associated = new byte[1 + key.length + 8];
        associated[0] = type;
        System.arraycopy(key, 0, associated, 1, key.length);
        KeyBytes.putLong(associated, 1 + key.length, number);
        return associated;
    }
}
