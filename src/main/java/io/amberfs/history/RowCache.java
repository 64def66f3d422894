package io.amberfs.history;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Opened rows of the live table, and the knowledge that a row is not there. Bounded by bytes. Thread-safe.
 *
 * <p>A reader that fetched a row before a batch was recorded must not leave the old value behind: {@link #load} keeps its value only if {@link #recorded} was not
 * called meanwhile, and the recorder puts its values in only after that call.
 */
final class RowCache {
    /** About what an entry costs beside its bytes. */
    private static final int OVERHEAD = 160;

    private final Cache<RowName, Optional<byte[]>> rows;
    private final AtomicLong batches = new AtomicLong();

    RowCache(long bytesMax) {
        rows = Caffeine.newBuilder().maximumWeight(bytesMax).executor(Runnable::run)
            .weigher((RowName key, Optional<byte[]> value) -> OVERHEAD + key.bytes().length + value.map(v -> v.length).orElse(0)).build();
    }

    Optional<byte[]> load(RowName key, Function<byte[], Optional<byte[]>> fetch) {
        Optional<byte[]> cached = rows.getIfPresent(key);
        if (cached != null) {
            return cached;
        }
        long before = batches.get();
        Optional<byte[]> value = fetch.apply(key.bytes());
        rows.asMap().compute(key, (k, present) -> present != null ? present : batches.get() == before ? value : null);
        return value;
    }

    /** The value of a row that is there, if it is here; it may be newer than a reading that was begun before. */
    Optional<byte[]> peek(byte[] key) {
        Optional<byte[]> cached = rows.getIfPresent(new RowName(key));
        return cached == null ? Optional.empty() : cached;
    }

    /** A batch has been written; what it changed is put next. */
    void recorded() {
        batches.incrementAndGet();
    }

    void put(RowName key, Optional<byte[]> value) {
        rows.put(key, value);
    }
}
