package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RecentKeysTest {
    private final AtomicInteger derived = new AtomicInteger();
    private final RecentKeys<Integer> keys = new RecentKeys<>(4);

    @Test
    void neverHoldsMoreThanTwoGenerations() {
        for (int i = 0; i < 1000; i++) {
            get(i);
            assertTrue(keys.size() <= 8);
        }
    }

    @Test
    void aKeyInUseStaysThroughAnyNumberOfOthers() {
        AesKey first = get(-1);
        for (int i = 0; i < 1000; i++) {
            get(i);
            assertSame(first, get(-1));
        }
        assertEquals(1001, derived.get());
    }

    @Test
    void wipingDestroysWhatItHolds() {
        AesKey key = get(1);
        keys.wipe();
        assertTrue(key.isDestroyed());
        assertEquals(0, keys.size());
    }

    private AesKey get(int name) {
        return keys.get(name, wanted -> {
            derived.incrementAndGet();
            return new AesKey(new byte[32]);
        });
    }
}
