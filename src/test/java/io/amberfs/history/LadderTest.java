package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 1_718_704_800L * SECOND;
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private static Retention rule(long all, long minutely, long hourly, long daily, long weekly) {
        return new Retention(all, minutely, hourly, daily, weekly);
    }

    private static Point point(long epoch, long steady) {
        return new Point(epoch, Timeline.second(steady), steady);
    }

    /** Bursts of commits, a second apart or less, with nights and weeks between them. */
    private static List<Point> history(Random random, int count) {
        List<Point> points = new ArrayList<>();
        long time = START;
        for (int epoch = 1; epoch <= count; epoch++) {
            int gap = random.nextInt(200);
            time += gap == 0 ? random.nextLong(9 * DAY) : gap < 4 ? random.nextLong(DAY) : gap < 12 ? random.nextLong(2 * HOUR) : gap < 50 ? random.nextLong(3 * MINUTE) : random.nextLong(2 * SECOND);
            points.add(point(epoch, time));
        }
        return points;
    }

    private static List<Retention> rules(Random random) {
        return List.of(Retention.DEFAULT, rule(HOUR, 0, 0, 0, 0), rule(0, 0, 2 * DAY, 0, Retention.FOREVER), rule(5 * MINUTE, DAY, 0, 30 * DAY, 0),
            rule(random.nextLong(DAY), DAY + random.nextLong(DAY), 3 * DAY + random.nextLong(DAY), 10 * DAY + random.nextLong(90 * DAY), 200 * DAY + random.nextLong(DAY)),
            rule(Retention.FOREVER, 0, 0, 0, 0));
    }

    @Test
    void itKeepsWhatIsPromisedAndNoMore() {
        for (long seed = SEED; seed < SEED + 12; seed++) {
            Random random = new Random(seed);
            List<Point> points = history(random, 1500);
            for (Retention rule : rules(random)) {
                for (int i = 0; i < 4; i++) {
                    long now = points.get(points.size() - 1).steady() + random.nextLong(i == 0 ? SECOND : i == 1 ? DAY : 400 * DAY);
                    List<Point> kept = Ladder.kept(points, rule, now);
                    LadderPromise.require(points, kept, rule, now, "seed " + seed);
                    LadderPromise.requireNoMore(points, kept, rule, now, "seed " + seed);
                }
            }
        }
    }

    @Test
    void itMakesNoDifferenceHowOftenItIsApplied() {
        for (long seed = SEED; seed < SEED + 40; seed++) {
            Random random = new Random(seed);
            List<Point> points = history(random, 1200);
            for (Retention rule : rules(random)) {
                List<Point> often = new ArrayList<>();
                for (Point point : points) {
                    often.add(point);
                    if (random.nextInt(30) == 0) {
                        often = new ArrayList<>(Ladder.kept(often, rule, point.steady() + random.nextLong(SECOND)));
                    }
                }
                long now = points.get(points.size() - 1).steady() + random.nextLong(100 * DAY);
                assertEquals(Ladder.kept(points, rule, now), Ladder.kept(often, rule, now), "seed " + seed + ", " + rule);
            }
        }
    }

    @Test
    void theDefaultThinsFromAllOverMinutesHoursAndDaysToWeeks() {
        List<Point> points = new ArrayList<>();
        long now = START + 100 * DAY;
        for (long time = START; time < now; time += 30 * SECOND) {
            points.add(point(points.size() + 1, time));
        }
        List<Point> kept = Ladder.kept(points, Retention.DEFAULT, now);
        assertEquals(120, kept.stream().filter(point -> now - point.steady() <= HOUR).count());
        long minutes = kept.stream().filter(point -> now - point.steady() <= DAY && now - point.steady() > HOUR + MINUTE).count();
        assertTrue(minutes >= 22 * 60 + 58 && minutes <= 23 * 60, minutes + " of minutes");
        long hours = kept.stream().filter(point -> now - point.steady() <= 7 * DAY && now - point.steady() > DAY + HOUR).count();
        assertTrue(hours >= 6 * 24 - 2 && hours <= 6 * 24, hours + " of hours");
        long days = kept.stream().filter(point -> now - point.steady() <= 90 * DAY && now - point.steady() > 8 * DAY).count();
        assertTrue(days >= 82 && days <= 83, days + " of days");
        assertTrue(kept.size() < 120 + 24 * 60 + 8 * 24 + 90 + 10, kept.size() + " in all");
    }

    @Test
    void rulesThatContradictThemselvesAreRefused() {
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> rule(2 * DAY, DAY, 7 * DAY, 0, 0)).code());
        assertTrue(assertThrows(Refusal.class, () -> rule(HOUR, 0, 0, 30 * MINUTE, 0)).getMessage().contains("--keep-daily is shorter than --keep-all"));
        assertThrows(Refusal.class, () -> rule(-1, DAY, 7 * DAY, 0, 0));
        assertEquals(List.of(), rule(0, 0, 0, 0, 0).rungs());
    }
}
