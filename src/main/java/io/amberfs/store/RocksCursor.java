package io.amberfs.store;

import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A RocksDB iterator kept within a prefix. An iterator that stops for damage is a fault, never a short result. Confined to one thread. */
final class RocksCursor implements Cursor {
    private final RocksIterator iterator;
    private final Table table;
    private final byte[] prefix;
    private boolean started;
    private byte[] key = {};

    RocksCursor(RocksIterator iterator, Table table, byte[] prefix) {
        this.iterator = iterator;
        this.table = table;
        this.prefix = prefix;
    }

    @Override
    public boolean next() {
        if (!started) {
            return seek(prefix);
        }
        iterator.next();
        return within();
    }

    @Override
    public boolean seek(byte[] key) {
        started = true;
        iterator.seek(key);
        return within();
    }

    @Override
    public boolean last() {
        started = true;
        byte[] behind = KeyBytes.behind(prefix);
        if (behind.length == 0) {
            iterator.seekToLast();
        } else {
            iterator.seekForPrev(behind);
            if (iterator.isValid() && java.util.Arrays.equals(iterator.key(), behind)) {
                iterator.prev();
            }
        }
        return within();
    }

    @Override
    public boolean seekBack(byte[] key) {
        started = true;
        iterator.seekForPrev(key);
        return within();
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] value() {
        return iterator.value();
    }

    @Override
    public void close() {
        iterator.close();
    }

    private boolean within() {
        if (iterator.isValid()) {
            key = iterator.key();
            return KeyBytes.startsWith(key, prefix);
        }
        try {
            iterator.status();
            return false;
        } catch (RocksDBException e) {
            throw RocksStore.fault("cannot read on in table " + table, e);
        }
    }
}
