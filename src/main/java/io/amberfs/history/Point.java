package io.amberfs.history;

/**
 * A kept commit, as the index of times has it.
 *
 * @param second the start of the second in which it was made, by the wall clock; nanoseconds since 1970
 * @param steady its steady time, in nanoseconds
 */
public record Point(long epoch, long second, long steady) {
}
