package io.amberfs.model;

/**
 * That something was purged.
 *
 * @param time  when, in nanoseconds since 1970
 * @param epoch the newest commit at that time, from which on nothing was purged
 * @param path  the keyed hash of its path, 16 bytes
 * @param user  the name of who asked for it
 */
public record PurgeNote(long time, long epoch, Bytes path, String user) {
    /** Bytes of a user's name, at most. */
    public static final int USER_MAX = 255;
}
