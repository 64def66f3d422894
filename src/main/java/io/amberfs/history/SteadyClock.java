package io.amberfs.history;

import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The time by which history ages. While a drive is open it goes as fast as time itself, whatever the wall clock is set to. The time between two openings is known from the wall
 * clock alone, and believed up to {@link #AWAY_MAX}: if the clock was set back meanwhile, or a longer time ahead, none counts. So a wrong clock lets nothing age by years; history
 * that was left alone for longer ages only from then on.
 *
 * <p>Thread-safe; guarded by itself.
 */
public final class SteadyClock {
    /** Nanoseconds. */
    static final long AWAY_MAX = Duration.ofDays(31).toNanos();
    /** Smaller steps are what is done to keep a clock right. */
    private static final long JUMP_MIN = Duration.ofMinutes(2).toNanos();

    private final Clock clock;
    private final long base;
    private final long opened;
    private long steady;
    /** By how much the wall clock was ahead of the steady one when a jump was reported last. */
    private long ahead;
    private Optional<String> jump = Optional.empty();

    /** @param newest the newest commit */
    public SteadyClock(Clock clock, Optional<Commit> newest) {
        this.clock = clock;
        long wall = clock.nanos();
        opened = clock.elapsed();
        base = newest.map(commit -> resumed(commit, wall)).orElse(wall);
        steady = base;
        ahead = wall - base;
    }

    private long resumed(Commit newest, long wall) {
        long away = wall - newest.time();
        boolean believed = away >= 0 && away <= AWAY_MAX;
        if (!believed && Math.abs(away) >= JUMP_MIN) {
            report("since the newest commit the clock went " + shown(away) + ": history does not age by that");
        }
        return newest.steady() + (believed ? away : 0);
    }

    /** The present moment; its steady time is never less than that of any before. */
    public synchronized Moment now() {
        long wall = clock.nanos();
        steady = Math.max(steady, base + clock.elapsed() - opened);
        if (Math.abs(wall - steady - ahead) >= JUMP_MIN) {
            report("the clock was set " + shown(wall - steady - ahead) + ": history does not age by that");
            ahead = wall - steady;
        }
        return new Moment(wall, steady);
    }

    /** What was said of the last jump of the wall clock since the drive was opened. */
    public synchronized Optional<String> jump() {
        return jump;
    }

    private void report(String what) {
        jump = Optional.of(what);
        LoggerFactory.getLogger(SteadyClock.class).warn("{}", what);
    }

    private static String shown(long by) {
        Duration duration = Duration.ofNanos(Math.abs(by));
        String size = duration.toDays() > 0 ? duration.toDays() + " days" : duration.toHours() > 0 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
        return size + (by < 0 ? " back" : " ahead");
    }
}
