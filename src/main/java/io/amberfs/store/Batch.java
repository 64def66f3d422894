package io.amberfs.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes that are applied together. Later ones win over earlier ones. Confined to one thread; the arrays given are not to be changed afterwards. */
public final class Batch {
    /** One change: a new value, or none for a deletion. */
    public record Change(Table table, byte[] key, Optional<byte[]> value) {
    }

    private final List<Change> changes = new ArrayList<>();
    private long bytes;

    public Batch put(Table table, byte[] key, byte[] value) {
        changes.add(new Change(table, key, Optional.of(value)));
        bytes += key.length + value.length;
        return this;
    }

    public Batch delete(Table table, byte[] key) {
        changes.add(new Change(table, key, Optional.empty()));
        bytes += key.length;
        return this;
    }

    public List<Change> changes() {
        return changes;
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Sum of the lengths of all keys and values. */
    public long bytes() {
        return bytes;
    }
}
