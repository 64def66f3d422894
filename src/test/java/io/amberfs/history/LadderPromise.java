package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Retention;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What a ladder promises to keep, and not to. Stateless. */
public final class LadderPromise {
    private LadderPromise() {
    }

    /** By the words of the promise: whatever of a bucket could be asked for within its while is there. */
    public static void require(List<Point> points, List<Point> kept, Retention rule, long now, String what) {
        Set<Long> epochs = new HashSet<>(kept.stream().map(Point::epoch).toList());
        assertTrue(epochs.contains(points.get(points.size() - 1).epoch()), what + ": the newest");
        for (Retention.Rung rung : rule.rungs()) {
            TreeMap<Long, Point> newest = new TreeMap<>();
            points.forEach(point -> newest.put(rung.bucket() == 1 ? point.epoch() : Math.floorDiv(point.steady(), rung.bucket()), point));
            for (Point point : newest.values()) {
                long end = rung.bucket() == 1 ? point.steady() : (Math.floorDiv(point.steady(), rung.bucket()) + 1) * rung.bucket();
                if (rung.keep() == Retention.FOREVER || now - end < rung.keep()) {
                    assertTrue(epochs.contains(point.epoch()), () -> what + ": " + point + " at " + now + " by " + rung);
                }
            }
        }
    }

    /** Nothing is kept but the newest of some bucket, and for no longer than it takes until all of the next larger bucket is old enough. */
    public static void requireNoMore(List<Point> points, List<Point> kept, Retention rule, long now, String what) {
        List<Retention.Rung> rungs = rule.rungs();
        long newest = points.get(points.size() - 1).epoch();
        List<Set<Long>> newestOf = rungs.stream().map(rung -> newest(points, rung.bucket())).toList();
        for (Point point : kept) {
            boolean isDue = point.epoch() == newest;
            for (int i = 0; i < rungs.size() && !isDue; i++) {
                long bucket = rungs.get(i).bucket();
                long larger = rungs.get(Math.min(i + 1, rungs.size() - 1)).bucket();
                boolean isNewest = bucket == 1 || newestOf.get(i).contains(point.epoch());
                isDue = isNewest && (rungs.get(i).keep() == Retention.FOREVER || now - point.steady() < rungs.get(i).keep() + larger);
            }
            assertTrue(isDue, () -> what + ": " + point + " at " + now);
        }
    }

    private static Set<Long> newest(List<Point> points, long bucket) {
        TreeMap<Long, Long> newest = new TreeMap<>();
        points.forEach(point -> newest.merge(Math.floorDiv(point.steady(), bucket), point.epoch(), Math::max));
        return new HashSet<>(newest.values());
    }
}
