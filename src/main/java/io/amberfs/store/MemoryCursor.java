package io.amberfs.store;

import java.util.Map;
import java.util.NavigableMap;

/** A cursor over a sorted map. Confined to one thread. */
final class MemoryCursor implements Cursor {
    private final NavigableMap<byte[], byte[]> rows;
    private final byte[] prefix;
    private Map.Entry<byte[], byte[]> at;

    MemoryCursor(NavigableMap<byte[], byte[]> rows, byte[] prefix) {
        this.rows = rows;
        this.prefix = prefix;
    }

    @Override
    public boolean next() {
        at = at == null ? rows.ceilingEntry(prefix) : rows.higherEntry(at.getKey());
        return within();
    }

    @Override
    public boolean seek(byte[] key) {
        at = rows.ceilingEntry(key);
        return within();
    }

    @Override
    public boolean last() {
        byte[] behind = KeyBytes.behind(prefix);
        at = behind.length == 0 ? rows.lastEntry() : rows.lowerEntry(behind);
        return within();
    }

    @Override
    public boolean seekBack(byte[] key) {
        at = rows.floorEntry(key);
        return within();
    }

    @Override
    public byte[] key() {
        return at.getKey();
    }

    @Override
    public byte[] value() {
        return at.getValue();
    }

    @Override
    public void close() {
    }

    private boolean within() {
        return at != null && KeyBytes.startsWith(at.getKey(), prefix);
    }
}
