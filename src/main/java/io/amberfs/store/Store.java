package io.amberfs.store;

import java.util.List;
import java.util.Optional;

/**
 * Ordered rows in tables. Thread-safe. KeyBytes are compared as unsigned bytes.
 *
 * <p>Every method throws {@link io.amberfs.model.CorruptException} for rows that are damaged, and {@link io.amberfs.model.StoreFailedException} when the device or
 * the database failed; after a failed write or ingest every further one fails too.
 */
public interface Store extends AutoCloseable {
    Optional<byte[]> get(Table table, byte[] key);

    /** As {@link #get(Table, byte[])}, into an array of the caller's. @return the bytes of the row, of which as many are there as fit; -1 if there is no such row */
    default int get(Table table, byte[] key, byte[] into) {
        Optional<byte[]> row = get(table, key);
        row.ifPresent(bytes -> System.arraycopy(bytes, 0, into, 0, Math.min(bytes.length, into.length)));
        return row.map(bytes -> bytes.length).orElse(-1);
    }

    /** As many {@link #get}s, in the order of {@code keys}; cheaper than one by one. */
    List<Optional<byte[]>> getAll(Table table, List<byte[]> keys);

    /** A frozen state of all tables. */
    Reading reading();

    /** Applies the batch whole or not at all; durable on return. */
    void write(Batch batch);

    /**
     * Adds rows in bulk, each byte written once; durable on return. The keys are new, sorted, and no other rows lie between the first and the last. Not one atomic
     * step: after a crash some may be there.
     */
    void ingest(Table table, List<Row> rows);

    /**
     * Takes rows away for good and gives their room back. Not one atomic step: after a crash some may be there, or all; it may be done again.
     *
     * @param rest the share of what goes that may be left where it is, since more would have to be written anew than is gained
     * @return the stretches in which rows that should go were left
     */
    List<Stretch> erase(Table table, Erasure erasure, double rest);

    /** Bytes that {@link #erase} would give back if it left nothing, about. */
    long erasable(Table table, Erasure erasure);

    /** Gives the room of deleted rows back, in the tables of which they take more than {@code share}; but that of {@link Table#BLOCKS}. */
    void compact(double share);

    /** Bytes that the file system below has left for us. */
    long freeBytes();

    /** Size in bytes of the file system below. */
    long totalBytes();

    /** Bytes the store's rows take on disk, about. */
    long usedBytes();

    @Override
    void close();
}
