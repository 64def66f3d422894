package io.amberfs.store;

import java.util.function.BiConsumer;

/** Which rows of a table are to go, told by their keys. Rows that are added meanwhile are in no gap. Thread-safe. */
public interface Erasure {
    /** Called now and then: what it throws ends the work. */
    void goOn();

    /** Which share, 0 to 1, goes of the rows from {@code first} to {@code last}, both included. */
    double share(byte[] first, byte[] last);

    /** Shows {@code gap} the stretches from {@code first} to {@code last}, both included, in which no row is to stay: a first key, and the one behind. In order. */
    void gaps(byte[] first, byte[] last, BiConsumer<byte[], byte[]> gap);
}
