package io.amberfs.check;

import java.util.OptionalLong;

/**
 * The instants from the commit {@code from} to the one before {@code until}.
 *
 * @param until     Long.MAX_VALUE: the present as well
 * @param fromTime  when {@code from} was made, in nanoseconds since 1970; empty if that is not known
 * @param untilTime when {@code until} was made; empty for the present or if that is not known
 */
public record Span(long from, long until, OptionalLong fromTime, OptionalLong untilTime) {
    public boolean untilNow() {
        return until == Long.MAX_VALUE;
    }
}
