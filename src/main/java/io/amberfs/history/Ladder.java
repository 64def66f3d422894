package io.amberfs.history;

import io.amberfs.model.Retention;
import java.util.ArrayList;
import java.util.List;

/**
 * Which commits a {@link Retention rule} keeps: of every rung the newest one of each bucket. Buckets are counted from 1970 in UTC, those of one rung lie within those of the next,
 * and a bucket comes to the next rung as a whole, once all of the larger bucket that it lies in is old enough. So it makes no difference how often the rule is applied: what it
 * keeps of all commits is what it keeps of those that it kept before. Stateless.
 */
public final class Ladder {
    private Ladder() {
    }

    /**
     * @param points all commits, in the order of their epochs
     * @param now    steady time, in nanoseconds; the newest commit is always kept
     * @return those that are kept, in the same order
     */
    public static List<Point> kept(List<Point> points, Retention rule, long now) {
        List<Retention.Rung> rungs = rule.rungs();
        List<Point> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            boolean isNewest = i + 1 == points.size();
            int rung = rung(rungs, points.get(i).steady(), now);
            if (isNewest || rung < rungs.size() && isLast(points.get(i).steady(), points.get(i + 1).steady(), rungs.get(rung).bucket())) {
                kept.add(points.get(i));
            }
        }
        return kept;
    }

    /** The number of the rung that a commit is on; that of all rungs if it is on none any more. */
    private static int rung(List<Retention.Rung> rungs, long steady, long now) {
        for (int i = 0; i < rungs.size(); i++) {
            long bucket = rungs.get(Math.min(i + 1, rungs.size() - 1)).bucket();
            long age = now - (Math.floorDiv(steady, bucket) + 1) * bucket;
            if (rungs.get(i).keep() == Retention.FOREVER || age < rungs.get(i).keep()) {
                return i;
            }
        }
        return rungs.size();
    }

    /** Whether the next commit is in a later bucket. */
    private static boolean isLast(long steady, long next, long bucket) {
        return bucket == 1 || Math.floorDiv(steady, bucket) != Math.floorDiv(next, bucket);
    }
}
