package io.amberfs.history;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Changes of the head that are not recorded yet: key to its new value, or to none for a deletion. Thread-safe. */
final class Layer {
    static final Layer EMPTY = new Layer(0);

    private final long number;
    private final NavigableMap<byte[], Optional<byte[]>> rows = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    /** The same once more: most look-ups ask for what no layer has, and a sorted map takes a microsecond to say so. */
    private final Map<RowName, Optional<byte[]>> byName = new ConcurrentHashMap<>();
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
            rows.put(key, value);
            if (before == null) {
                bytes.addAndGet(key.length + value.map(v -> v.length).orElse(0) + 220L);
            }
            return value;
        });
    }

    /** Empty: this layer says nothing of the key. */
    Optional<Optional<byte[]>> get(byte[] key) {
        return Optional.ofNullable(byName.get(new RowName(key)));
    }

    NavigableMap<byte[], Optional<byte[]>> rows() {
        return rows;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Memory it takes, about. */
    long bytes() {
        return bytes.get();
    }
}
