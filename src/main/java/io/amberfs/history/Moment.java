package io.amberfs.history;

/**
 * When something happens.
 *
 * @param time   nanoseconds since 1970 by the wall clock
 * @param steady the same by a clock that is not set: {@link SteadyClock}
 */
public record Moment(long time, long steady) {
}
