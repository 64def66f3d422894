package io.amberfs.mount;

import io.amberfs.model.Clock;
import java.math.BigInteger;
import java.util.OptionalLong;
import jnr.ffi.Pointer;

/** Reads the two struct timespec of utimensat(2): access and modification. */
final class Times {
    static final long UTIME_NOW = (1L << 30) - 1;
    static final long UTIME_OMIT = (1L << 30) - 2;
    /** Of struct timespec on 64-bit machines: seconds and nanoseconds of 8 bytes each. */
    static final int BYTES = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Times() {
    }

    /**
     * Nanoseconds since 1970, or empty if the time is to stay. A time out of range (before 1677 or after 2262) becomes the nearest in range, as Linux does with
     * its own filesystems.
     */
    static OptionalLong at(Pointer times, int index, Clock clock) {
        long seconds = times.getLong(index * BYTES);
        long nanos = times.getLong(index * BYTES + 8);
        if (nanos == UTIME_OMIT) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(nanos == UTIME_NOW ? clock.nanos() : clamped(seconds, nanos));
    }

    private static long clamped(long seconds, long nanos) {
        BigInteger exact = BigInteger.valueOf(seconds).multiply(BigInteger.valueOf(NANOS_PER_SECOND)).add(BigInteger.valueOf(nanos));
        return exact.bitLength() < Long.SIZE ? exact.longValue() : seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
