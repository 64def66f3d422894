package io.amberfs.history;

import io.amberfs.codec.In;
import io.amberfs.codec.Out;
import io.amberfs.model.Bytes;
import io.amberfs.model.CorruptException;
import io.amberfs.store.KeyBytes;
import java.util.Optional;

/**
 * One row of the CHANGES table: that a commit changed a row. Key {@code volume u16 | epoch u64 | kind, number and more of the row's key}, value
 * {@code kind u8 | previous varint}, and for a kind of its own {@code | leaf 32}. Of rows that were changed in commits that are gone, the next kept commit says so: that is no
 * change of its own. Immutable.
 *
 * @param isOwn    whether the commit itself changed the row
 * @param previous the epoch since which the version was there that the change replaced; 0 for none
 * @param leaf     of a change of its own whose row was purged since: what the commit's hash tree has for it; else it is made of the row
 */
record Change(boolean isOwn, long previous, Optional<Bytes> leaf) {
    private static final int OWN = 0;
    private static final int OF_THINNED = 1;
    private static final int PURGED = 2;

    static Change own(long previous) {
        return new Change(true, previous, Optional.empty());
    }

    /** One of commits that are gone, or that a purge has left in the rows. */
    static Change noted(long previous) {
        return new Change(false, previous, Optional.empty());
    }

    Change purged(byte[] digest) {
        return new Change(true, previous, Optional.of(new Bytes(digest)));
    }

    byte[] encode() {
        Out out = new Out(6).u8(!isOwn ? OF_THINNED : leaf.isPresent() ? PURGED : OWN).varint(previous);
        leaf.ifPresent(digest -> out.raw(digest.array()));
        return out.toBytes();
    }

    static Change decode(byte[] rowKey, byte[] bytes) {
        In in = new In("the change of " + RowKey.describe(rowKey), bytes);
        int kind = in.u8();
        if (kind > PURGED) {
            throw in.corrupt("an unknown kind of change, " + kind);
        }
        Change change = new Change(kind != OF_THINNED, in.varint(0, Long.MAX_VALUE), kind == PURGED ? Optional.of(new Bytes(in.raw(Bytes.DIGEST_LENGTH))) : Optional.empty());
        in.end();
        return change;
    }

    static byte[] key(long epoch, byte[] rowKey) {
        byte[] change = new byte[rowKey.length + 8];
        System.arraycopy(rowKey, 0, change, 0, 2);
        KeyBytes.putLong(change, 2, epoch);
        System.arraycopy(rowKey, 2, change, 10, rowKey.length - 2);
        return change;
    }

    /** The prefix of all changes of a commit. */
    static byte[] prefix(int volume, long epoch) {
        return KeyBytes.join(new byte[] {(byte) (volume >>> 8), (byte) volume}, epoch);
    }

    /** @throws CorruptException for a key that is too short to name an epoch and a row */
    static long epoch(byte[] changeKey) {
        if (changeKey.length <= 10) {
            throw new CorruptException("a key among the changes has " + changeKey.length + " bytes");
        }
        return KeyBytes.longAt(changeKey, 2);
    }

    /** The key of the row that a change is about. */
    static byte[] rowKey(byte[] changeKey) {
        byte[] row = new byte[changeKey.length - 8];
        System.arraycopy(changeKey, 0, row, 0, 2);
        System.arraycopy(changeKey, 10, row, 2, row.length - 2);
        return row;
    }
}
