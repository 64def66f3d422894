package io.amberfs.store;

import java.util.Optional;

/** A frozen state of the store: reads from it agree with each other whatever is written meanwhile. To be closed; confined to one thread. */
public interface Reading extends AutoCloseable {
    Optional<byte[]> get(Table table, byte[] key);

    /** A cursor over the rows whose keys start with {@code prefix}; it stands before the first one. To be closed before this reading. */
    Cursor cursor(Table table, byte[] prefix);

    @Override
    void close();
}
