package io.amberfs.model;

import java.util.List;

/**
 * How far the reading of everything has come.
 *
 * @param every    how long after the beginning of one pass the next one begins, in nanoseconds; 0 for never by itself
 * @param begun    when the pass that is under way was begun, in nanoseconds since 1970; 0 if none is
 * @param table    the table that it is at, by its place among all
 * @param at       the last key there that it has read
 * @param rows     that it has read, blocks among them
 * @param blocks   that it has read
 * @param damages  that it has found
 * @param bad      numbers of blocks that could not be opened, by this pass or, where it has not come that far, the last one: the first {@link #BAD_MAX} of them
 * @param lastBegun when the last pass that ended was begun; 0 if there was none
 * @param lastDamages what it had found
 */
public record ScrubState(long every, long begun, int table, byte[] at, long rows, long blocks, long damages, List<Long> bad, long lastBegun, long lastDamages) {
    public static final int BAD_MAX = 1000;
    public static final ScrubState NEW = new ScrubState(0, 0, 0, new byte[0], 0, 0, 0, List.of(), 0, 0);

    public boolean isUnderWay() {
        return begun != 0;
    }

    public ScrubState withEvery(long time) {
        return new ScrubState(time, begun, table, at, rows, blocks, damages, bad, lastBegun, lastDamages);
    }

    /** When the next pass is to begin; {@link Long#MAX_VALUE} if not by itself. */
    public long due() {
        return every == 0 ? Long.MAX_VALUE : lastBegun == 0 ? 0 : lastBegun > Long.MAX_VALUE - every ? Long.MAX_VALUE : lastBegun + every;
    }
}
