package io.amberfs.model;

/**
 * What keeps a snapshot from being deleted.
 *
 * @param until  nanoseconds since 1970, as it was asked for; {@link #FOREVER} where it was not
 * @param ends   the same by the steady time of the drive, which no setting of a clock moves: from then on it keeps nothing any more
 * @param locked whether it cannot be released before
 * @param reason for people; may be empty
 */
public record Hold(long until, long ends, boolean locked, String reason) {
    /** Until it is released. */
    public static final long FOREVER = Long.MAX_VALUE;
    /** Bytes of a reason. */
    public static final int REASON_MAX = 1024;

    /** @param steady the steady time now, in nanoseconds */
    public boolean isOver(long steady) {
        return ends != FOREVER && steady >= ends;
    }
}
