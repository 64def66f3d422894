package io.amberfs.model;

/**
 * One step of history.
 *
 * @param epoch   its number, from 1
 * @param time    nanoseconds since 1970, by the wall clock when it was made
 * @param totals  what the volume held then
 */
public record Commit(long epoch, long time, Totals totals) {
}
