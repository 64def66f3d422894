/**
 * Ordered rows in a few tables, changed by atomic and durable batches.
 *
 * <p>What a {@link io.amberfs.store.Store} promises: a batch is applied whole or not at all; a batch or an ingested run is durable when the call returns; a
 * batch that was being written when the machine stopped is there whole or not at all; reads see every batch that has returned.
 *
 * <p>What it does not: it knows nothing of keys, sealing, history or files, and does not order concurrent writers (its callers do).
 *
 * <p>{@link io.amberfs.store.RocksStore} is the real one and the only class to touch RocksDB. {@link io.amberfs.store.MemoryStore} keeps its rows in memory and
 * forgets, at a crash, what was not durable: for tests of everything above.
 */
package io.amberfs.store;
