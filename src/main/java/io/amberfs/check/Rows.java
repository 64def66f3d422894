package io.amberfs.check;

import io.amberfs.model.CorruptException;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * A walk over rows that goes on behind a stretch that the database cannot read: it doubles the distance until a row can be read again, and then halves it to lose as little as
 * possible. Confined to one thread.
 */
final class Rows implements AutoCloseable {
    /** Takes the stretches that were left out: the last key before and the first one behind, which is empty at the end of the table. */
    @FunctionalInterface
    interface Holes {
        void hole(Table table, byte[] after, byte[] before);
    }

    /** Takes rows whose keys nothing looks for. */
    @FunctionalInterface
    interface Strays {
        void stray(Table table, byte[] key);
    }

    /** Bytes behind the prefix that are counted up to get over a hole: as many as the longest hash. */
    private static final int COUNTED = 16;

    private final Cursor cursor;
    private final Table table;
    private final byte[] prefix;
    private final Holes holes;
    private byte[] at;
    private boolean ended;

    Rows(Reading reading, Table table, byte[] prefix, Holes holes) {
        cursor = reading.cursor(table, prefix);
        this.table = table;
        this.prefix = prefix;
        this.holes = holes;
        at = prefix;
    }

    boolean next() {
        return !ended && settle(cursor::next);
    }

    /** Goes to the first row at or behind {@code key}. */
    boolean seek(byte[] key) {
        return settle(() -> cursor.seek(key));
    }

    byte[] key() {
        return at;
    }

    byte[] value() {
        return cursor.value();
    }

    @Override
    public void close() {
        cursor.close();
    }

    private boolean settle(java.util.function.BooleanSupplier move) {
        boolean found;
        try {
            found = move.getAsBoolean();
        } catch (CorruptException e) {
            byte[] after = at;
            found = leap(after);
            holes.hole(table, after, found ? cursor.key() : new byte[0]);
        }
        ended = !found;
        if (found) {
            at = cursor.key();
        }
        return found;
    }

    private boolean leap(byte[] after) {
        byte[] counted = Arrays.copyOfRange(after, prefix.length, prefix.length + COUNTED);
        BigInteger start = new BigInteger(1, counted);
        BigInteger far = BigInteger.ONE;
        while (!readable(start.add(far))) {
            far = far.shiftLeft(1);
        }
        BigInteger near = far.shiftRight(1);
        while (far.subtract(near).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = near.add(far).shiftRight(1);
            if (readable(start.add(middle))) {
                far = middle;
            } else {
                near = middle;
            }
        }
        byte[] target = key(start.add(far));
        return target.length > 0 && cursor.seek(target);
    }

    /** Whether the cursor can go to there; behind the last key there is nothing that cannot be read. */
    private boolean readable(BigInteger place) {
        byte[] target = key(place);
        if (target.length == 0) {
            return true;
        }
        try {
            cursor.seek(target);
            return true;
        } catch (CorruptException e) {
            return false;
        }
    }

    /** The key at a place behind the prefix; empty behind the last. */
    private byte[] key(BigInteger place) {
        if (place.bitLength() > COUNTED * 8) {
            return new byte[0];
        }
        byte[] bytes = place.toByteArray();
        byte[] tail = new byte[COUNTED];
        int length = Math.min(COUNTED, bytes.length);
        System.arraycopy(bytes, bytes.length - length, tail, COUNTED - length, length);
        return KeyBytes.join(prefix, tail);
    }
}
