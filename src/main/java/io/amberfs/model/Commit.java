package io.amberfs.model;

/**
 * One step of history.
 *
 * @param epoch     its number, from 1
 * @param time      nanoseconds since 1970, by the wall clock when it was made
 * @param steady    its time as ages are counted from: never less than that of the commit before, and not moved by a wall clock that is set; nanoseconds
 * @param totals    what the volume held then
 * @param previous  the digest of the header of the commit before; none for the first one
 * @param changes   the root of the hash tree over all that it changed
 * @param signature the store's, of the digest of its header, 64 bytes
 */
public record Commit(long epoch, long time, long steady, Totals totals, Bytes previous, Bytes changes, Bytes signature) {
}
