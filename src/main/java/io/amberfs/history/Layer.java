package io.amberfs.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** Changes of the head that are not recorded yet: key to its new value, or to none for a deletion. Thread-safe. */
final class Layer {
    static final Layer EMPTY = new Layer(0);

    private final long number;
    /** Most look-ups ask for what no layer has, and a sorted map would take a microsecond to say so. */
    private final Map<RowName, Optional<byte[]>> byName = new ConcurrentHashMap<>();
    /** Once more those of the kinds that are scanned: not the records of inodes, which change most often. */
    private final NavigableMap<byte[], Optional<byte[]>> scanned = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    private final AtomicLong bytes = new AtomicLong();

    Layer(long number) {
        this.number = number;
    }

    /** Layers are numbered in the order in which they are recorded. */
    long number() {
        return number;
    }

    void put(byte[] key, Optional<byte[]> value) {
        byName.compute(new RowName(key), (name, before) -> {
            if (RowKey.kindOf(key) != RowKey.INODE) {
                scanned.put(key, value);
            }
            if (before == null) {
                bytes.addAndGet(key.length + value.map(v -> v.length).orElse(0) + 220L);
            }
            return value;
        });
    }

    /** Empty: this layer says nothing of the key. */
    Optional<Optional<byte[]>> get(RowName key) {
        return Optional.ofNullable(byName.get(key));
    }

    /** The rows but for the records of inodes, sorted. */
    NavigableMap<byte[], Optional<byte[]>> scanned() {
        return scanned;
    }

    /** The keys of all rows, sorted. Of a layer that does not change any more. */
    List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>(byName.size());
        byName.keySet().forEach(name -> keys.add(name.bytes()));
        keys.sort(Arrays::compareUnsigned);
        return keys;
    }

    void each(BiConsumer<RowName, Optional<byte[]>> seen) {
        byName.forEach(seen);
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /** Memory it takes, about. */
    long bytes() {
        return bytes.get();
    }
}
