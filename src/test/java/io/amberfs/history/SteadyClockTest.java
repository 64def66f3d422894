package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Bytes;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Totals;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final long START = 1_718_704_800_000_000_000L;
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final long YEAR = Duration.ofDays(365).toNanos();

    private long wall = START;
    private long elapsed = 5;
    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return wall;
        }

        @Override
        public long elapsed() {
            return elapsed;
        }
    };

    private void pass(long time) {
        wall += time;
        elapsed += time;
    }

    private static Optional<Commit> commit(long time, long steady) {
        return Optional.of(new Commit(7, time, steady, new Totals(0, 0), Bytes.NO_DIGEST, Bytes.NO_DIGEST, new Bytes(new byte[64])));
    }

    @Test
    void aNewHistoryBeginsWithTheWallClock() {
        SteadyClock steady = new SteadyClock(clock, Optional.empty());
        pass(HOUR);
        assertEquals(new Moment(START + HOUR, START + HOUR), steady.now());
        assertEquals(Optional.empty(), steady.jump());
    }

    @Test
    void whatTheWallClockIsSetToMakesNothingOlder() {
        for (long jump : new long[] {10 * YEAR, -10 * YEAR, HOUR, -HOUR}) {
            SteadyClock steady = new SteadyClock(clock, commit(wall - HOUR, START - YEAR));
            wall += jump;
            pass(HOUR);
            assertEquals(new Moment(wall, START - YEAR + 2 * HOUR), steady.now());
            assertTrue(steady.jump().orElseThrow().contains(jump > 0 ? " ahead" : " back"), steady.jump().toString());
        }
    }

    @Test
    void smallStepsAreNoJumps() {
        SteadyClock steady = new SteadyClock(clock, Optional.empty());
        for (int i = 0; i < 50; i++) {
            pass(HOUR);
            wall += i % 2 == 0 ? Duration.ofSeconds(40).toNanos() : -Duration.ofSeconds(40).toNanos();
            assertEquals(START + (i + 1) * HOUR, steady.now().steady());
        }
        assertEquals(Optional.empty(), steady.jump());
    }

    @Test
    void theTimeAwayCountsUnlessItCannotBeTrue() {
        assertEquals(100 + 30 * 24 * HOUR, new SteadyClock(clock, commit(wall - 30 * 24 * HOUR, 100)).now().steady());
        for (long away : new long[] {YEAR, -1, -YEAR}) {
            SteadyClock steady = new SteadyClock(clock, commit(wall - away, 100));
            assertEquals(100, steady.now().steady());
            assertEquals(away != -1, steady.jump().isPresent());
        }
    }

    @Test
    void theClockOfTheMachineGoesForward() throws InterruptedException {
        Clock system = Clock.system();
        long before = system.elapsed();
        Thread.sleep(50);
        long passed = system.elapsed() - before;
        assertTrue(passed >= 30_000_000 && passed < 60_000_000_000L, passed + " ns");
    }
}
