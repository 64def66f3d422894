package io.amberfs.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Which instants are shown: every commit of the last hour, then the newest of each minute for a day, of each hour for a week, of each day for 90 days, and of each week before
 * that. Buckets are counted from 1970 in UTC, so a shown instant stays shown until it comes to the next rung. Immutable.
 */
public final class Ladder {
    /** The newest commit of its bucket. Times in nanoseconds since 1970. */
    public record Point(long time, long epoch) {
    }

    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;
    private static final long DAY = 24 * HOUR;
    private static final long[][] RUNGS = {{HOUR, SECOND}, {DAY, 60 * SECOND}, {7 * DAY, HOUR}, {90 * DAY, DAY}, {Long.MAX_VALUE, 7 * DAY}};

    private Ladder() {
    }

    /** The shown instants, newest first; the work grows with their number, not with the number of commits. */
    public static List<Point> points(Timeline timeline, long now) {
        List<Point> points = new ArrayList<>();
        timeline.descend((time, epoch) -> {
            points.add(new Point(time, epoch));
            long bucket = bucket(now - time);
            return Math.floorDiv(time, bucket) * bucket - 1;
        });
        return points;
    }

    private static long bucket(long age) {
        for (long[] rung : RUNGS) {
            if (age < rung[0]) {
                return rung[1];
            }
        }
        return RUNGS[RUNGS.length - 1][1];
    }
}
