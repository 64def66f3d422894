package io.amberfs.model;

import java.time.Instant;

/** The wall clock. Thread-safe. */
public interface Clock {
    /** Nanoseconds since 1970-01-01T00:00:00Z. */
    long nanos();

    static Clock system() {
        return () -> {
            Instant now = Instant.now();
            return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        };
    }
}
