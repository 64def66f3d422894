package io.amberfs.check;

import io.amberfs.model.CorruptException;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

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

    /** Bytes behind the prefix that are counted up to get over a hole: at most as many as the longest key has. */
    private static final int COUNTED_MAX = 32;

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
        return !ended && settle(cursor::next, at);
    }

    /** Goes to the first row at or behind {@code key}. */
    boolean seek(byte[] key) {
        return settle(() -> cursor.seek(key), key);
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

    private boolean settle(BooleanSupplier move, byte[] after) {
        boolean found;
        try {
            found = move.getAsBoolean();
        } catch (CorruptException e) {
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
        int known = Math.min(COUNTED_MAX, after.length - prefix.length);
        int counted = known > 0 ? known : COUNTED_MAX;
        BigInteger start = new BigInteger(1, Arrays.copyOfRange(after, prefix.length, prefix.length + counted));
        BigInteger far = BigInteger.ONE;
        while (!readable(start.add(far), counted)) {
            far = far.shiftLeft(1);
        }
        BigInteger near = far.shiftRight(1);
        while (far.subtract(near).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = near.add(far).shiftRight(1);
            if (readable(start.add(middle), counted)) {
                far = middle;
            } else {
                near = middle;
            }
        }
        byte[] target = key(start.add(far), counted);
        return target.length > 0 && cursor.seek(target);
    }

    /** Whether the cursor can go to there; behind the last key there is nothing that cannot be read. */
    private boolean readable(BigInteger place, int counted) {
        byte[] target = key(place, counted);
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

    /** The key at a place behind the prefix, without zeros at its end where the length of keys is not known; empty behind the last. */
    private byte[] key(BigInteger place, int counted) {
        if (place.bitLength() > counted * 8) {
            return new byte[0];
        }
        byte[] bytes = place.toByteArray();
        byte[] tail = new byte[counted];
        int length = Math.min(counted, bytes.length);
        System.arraycopy(bytes, bytes.length - length, tail, counted - length, length);
        int end = counted;
        while (counted == COUNTED_MAX && end > 1 && tail[end - 1] == 0) {
            end--;
        }
        return KeyBytes.join(prefix, Arrays.copyOf(tail, end));
    }
}
