package io.amberfs.history;

/** Walks the rows of a view in the order of their keys. To be closed; confined to one thread. */
public interface Scan extends AutoCloseable {
    /** Goes to the next row; false at the end. */
    boolean next();

    byte[] key();

    /** @throws io.amberfs.model.CorruptException when this row is damaged; the walk can go on */
    byte[] value();

    @Override
    void close();
}
