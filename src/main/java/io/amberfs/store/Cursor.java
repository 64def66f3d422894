package io.amberfs.store;

/** Walks rows in the order of their keys (unsigned bytes). Confined to one thread. */
public interface Cursor extends AutoCloseable {
    /** Goes to the next row; false at the end. */
    boolean next();

    /** Goes to the first row at or behind {@code key}; false if there is none. The next {@link #next} goes on from there. */
    boolean seek(byte[] key);

    /** Goes to the last row of the cursor's range; false if it is empty. */
    boolean last();

    /** Goes to the last row at or before {@code key}; false if there is none. */
    boolean seekBack(byte[] key);

    /** The key of the row where it stands; not to be changed. */
    byte[] key();

    byte[] value();

    @Override
    void close();
}
