package io.amberfs.check;

import io.amberfs.history.RowKey;
import io.amberfs.store.Table;
import java.util.Optional;

/**
 * One version of a versioned row, there during [from, until).
 *
 * @param key   without the end of life
 * @param until Long.MAX_VALUE for a live row
 * @param plain empty if it does not open
 * @param fault why it does not open; empty if it does
 */
record Version(byte[] key, long from, long until, Optional<byte[]> plain, String fault) {
    boolean isLive() {
        return until == Long.MAX_VALUE;
    }

    Table table() {
        return isLive() ? Table.LIVE : Table.PAST;
    }

    long number() {
        return RowKey.numberOf(key);
    }

    String describe() {
        return RowKey.describe(key) + (isLive() ? " since " + from : " during " + from + ".." + (until - 1));
    }
}
