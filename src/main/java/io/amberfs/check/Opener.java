package io.amberfs.check;

import io.amberfs.crypto.Sealer;
import io.amberfs.history.Journal;
import io.amberfs.history.RowSeal;
import io.amberfs.model.CorruptException;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import java.util.Arrays;
import java.util.Optional;

/** Opens the sealed values of all tables but that of blocks. Throws {@link CorruptException} or {@link io.amberfs.model.UnsupportedFormatException} for damage. Thread-safe. */
final class Opener {
    private static final int FROM = 8;

    private final Sealer sealer;
    private final RowSeal seal;

    Opener(Sealer sealer, RowSeal seal) {
        this.sealer = sealer;
        this.seal = seal;
    }

    /** The plaintext of a row of the live or past table, {@code from u64 | sealed}; {@code key} without its end of life. */
    byte[] versioned(byte[] key, byte[] row) {
        if (row.length < FROM) {
            throw new CorruptException("the row has " + row.length + " bytes");
        }
        return sealer.openRow(associated('V', key, Arrays.copyOf(row, FROM)), Arrays.copyOfRange(row, FROM, row.length));
    }

    byte[] single(char table, byte[] key, byte[] sealed) {
        return seal.openSingle(table, key, sealed);
    }

    /** What is wrong with the journal. */
    Optional<String> journal(Reading reading, int volume, long epoch) {
        return Journal.damage(reading, seal, volume, epoch);
    }

    /** The block number in a row of the index. */
    long indexed(byte[] id, byte[] sealed) {
        byte[] entry = sealer.openRow(associated('I', id, new byte[0]), sealed);
        if (entry.length != 16) {
            throw new CorruptException("a row of " + entry.length + " bytes");
        }
        return KeyBytes.longAt(entry, 0);
    }

    private static byte[] associated(char type, byte[] key, byte[] tail) {
        return KeyBytes.join(KeyBytes.join(new byte[] {(byte) type}, key), tail);
    }
}
