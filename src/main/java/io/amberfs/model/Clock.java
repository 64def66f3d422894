package io.amberfs.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The wall clock, and one that nobody sets. Thread-safe. */
public interface Clock {
    /** Nanoseconds since 1970-01-01T00:00:00Z, as the machine believes. */
    long nanos();

    /** Nanoseconds since some moment, on a clock that is never set; time in which the machine sleeps counts, in which it is off does not. */
    default long elapsed() {
        return nanos();
    }

    /** That of the machine. */
    static Clock system() {
        return new Clock() {
            private static final Path UPTIME = Path.of("/proc/uptime");
            /** Of the machine's uptime before Java's own clock, which misses the time asleep, when it was last read. */
            private volatile long ahead;

            @Override
            public long nanos() {
                Instant now = Instant.now();
                return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
            }

            /** As {@code CLOCK_BOOTTIME}, in hundredths of a second; where that cannot be read, it goes on without the time in which the machine sleeps. */
            @Override
            public long elapsed() {
                try {
                    String uptime = Files.readString(UPTIME);
                    ahead = (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 100) * 10_000_000L - System.nanoTime();
                } catch (IOException e) {
                    // As it was: there is nothing better, and nothing to be done about it.
                    return System.nanoTime() + ahead;
                }
                return System.nanoTime() + ahead;
            }
        };
    }
}
