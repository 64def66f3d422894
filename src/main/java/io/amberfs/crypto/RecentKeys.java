package io.amberfs.crypto;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A bounded cache of derived keys: those used lately stay. Two generations; when the young one is full, the old one is dropped and the young one
 * grows old. So a hit costs one look-up without a lock, and at most twice {@code generation} keys are held.
 *
 * <p>Thread-safe. A key that is dropped is not wiped, since another thread may be using it; the collector takes it.
 */
final class RecentKeys<K> {
    private final int generation;
    private volatile Map<K, AesKey> young = new ConcurrentHashMap<>();
    private volatile Map<K, AesKey> old = Map.of();

    RecentKeys(int generation) {
        this.generation = generation;
    }

    /** The key for {@code name}, derived if need be; derived twice, to the same bytes, if two threads miss at once. */
    AesKey get(K name, Function<K, AesKey> derive) {
        AesKey known = young.get(name);
        if (known != null) {
            return known;
        }
        AesKey aged = old.get(name);
        // Outside the lock: what derives may read the store.
        return keep(name, aged != null ? aged : derive.apply(name));
    }

    private synchronized AesKey keep(K name, AesKey key) {
        AesKey known = young.get(name);
        if (known != null) {
            return known;
        }
        if (young.size() >= generation) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
        young.put(name, key);
        return key;
    }

    synchronized int size() {
        return young.size() + old.size();
    }

    synchronized void wipe() {
        young.values().forEach(AesKey::destroy);
        old.values().forEach(AesKey::destroy);
        young = new ConcurrentHashMap<>();
        old = Map.of();
    }
}
