package io.amberfs.store;

import java.util.List;
import java.util.Optional;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/** A RocksDB snapshot and the cursors on it. Confined to one thread. */
final class RocksReading implements Reading {
    private static final long READ_AHEAD = 2 << 20;

    private final RocksDB db;
    private final List<ColumnFamilyHandle> tables;
    private final Snapshot snapshot;
    private final ReadOptions options;
    /** For walks over the blocks, which would drive everything else out of the cache. */
    private final ReadOptions bulk;

    RocksReading(RocksDB db, List<ColumnFamilyHandle> tables) {
        this.db = db;
        this.tables = tables;
        snapshot = db.getSnapshot();
        options = new ReadOptions().setSnapshot(snapshot);
        bulk = new ReadOptions().setSnapshot(snapshot).setFillCache(false).setReadaheadSize(READ_AHEAD);
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        try {
            return Optional.ofNullable(db.get(tables.get(table.ordinal()), options, key));
        } catch (RocksDBException e) {
            throw RocksStore.fault("cannot read from table " + table, e);
        }
    }

    @Override
    public Cursor cursor(Table table, byte[] prefix) {
        return new RocksCursor(db.newIterator(tables.get(table.ordinal()), table == Table.BLOCKS ? bulk : options), table, prefix);
    }

    @Override
    public void close() {
        bulk.close();
        options.close();
        db.releaseSnapshot(snapshot);
        snapshot.close();
    }
}
