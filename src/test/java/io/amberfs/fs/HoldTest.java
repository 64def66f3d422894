package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.store.MemoryStore;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Held snapshots, and clocks that are set. */
class HoldTest {
    private static final long DAY = Duration.ofDays(1).toNanos();
    private static final long YEAR = 365 * DAY;

    private final MemoryStore store = new MemoryStore();
    private final AtomicLong wall = new AtomicLong(TestDrive.START);
    private final AtomicLong elapsed = new AtomicLong(7);
    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return wall.get();
        }

        @Override
        public long elapsed() {
            return elapsed.get();
        }
    };
    private TestDrive t = mount();

    private TestDrive mount() {
        return new TestDrive(store, wall, clock, false);
    }

    @BeforeEach
    void snapshot() {
        t.write("/file", "one");
        t.drive.snapshot("kept");
    }

    @AfterEach
    void close() {
        t.close();
    }

    private void pass(long time) {
        wall.addAndGet(time);
        elapsed.addAndGet(time);
    }

    private Snapshots snapshots() {
        return t.drive.snapshots();
    }

    private void assertRefused(ExitCode code, Runnable work) {
        assertEquals(code, assertThrows(Refusal.class, work::run).code());
    }

    private OptionalLong in(long time) {
        return OptionalLong.of(wall.get() + time);
    }

    @Test
    void aHoldKeepsASnapshotUntilItsEndOrItsRelease() {
        snapshots().hold("kept", in(10 * DAY), false, "why");
        assertRefused(ExitCode.HELD, () -> snapshots().delete("kept"));
        assertEquals(Errno.EBUSY, assertThrows(FsException.class, () -> t.drive.rmdir(new Node.Snapshots(1), Name.of("kept"))).errno());
        assertEquals("why", snapshots().named("kept").hold().orElseThrow().reason());
        pass(9 * DAY);
        assertRefused(ExitCode.HELD, () -> snapshots().delete("kept"));
        t.close();
        pass(DAY);
        t = mount();
        assertFalse(snapshots().isHeld(snapshots().named("kept")));
        snapshots().delete("kept");
        t.drive.snapshot("other");
        snapshots().hold("other", OptionalLong.empty(), false, "");
        pass(YEAR);
        assertRefused(ExitCode.HELD, () -> snapshots().delete("other"));
        snapshots().release("other");
        snapshots().delete("other");
    }

    @Test
    void whatIsLockedIsReleasedByNobodyAndByNoClock() {
        snapshots().hold("kept", in(100 * DAY), true, "law");
        assertRefused(ExitCode.HELD, () -> snapshots().release("kept"));
        wall.addAndGet(YEAR);
        assertRefused(ExitCode.HELD, () -> snapshots().release("kept"));
        assertRefused(ExitCode.HELD, () -> snapshots().delete("kept"));
        t.write("/file", "two");
        t.drive.sync();
        t.close();
        wall.addAndGet(YEAR);
        t = mount();
        assertRefused(ExitCode.HELD, () -> snapshots().release("kept"));
        wall.addAndGet(-3 * YEAR);
        assertRefused(ExitCode.HELD, () -> snapshots().release("kept"));
        pass(99 * DAY);
        assertRefused(ExitCode.HELD, () -> snapshots().release("kept"));
        pass(DAY);
        snapshots().release("kept");
        snapshots().delete("kept");
    }

    @Test
    void aLockOnlyGetsLonger() {
        snapshots().hold("kept", in(100 * DAY), true, "law");
        assertRefused(ExitCode.HELD, () -> snapshots().hold("kept", in(99 * DAY), true, ""));
        assertRefused(ExitCode.HELD, () -> snapshots().hold("kept", in(200 * DAY), false, ""));
        assertRefused(ExitCode.HELD, () -> snapshots().hold("kept", OptionalLong.empty(), false, ""));
        assertEquals("law", snapshots().named("kept").hold().orElseThrow().reason());
        snapshots().hold("kept", in(200 * DAY), true, "more law");
        pass(150 * DAY);
        assertRefused(ExitCode.HELD, () -> snapshots().release("kept"));
        assertTrue(snapshots().isHeld(snapshots().named("kept")));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertRefused(ExitCode.USAGE, () -> snapshots().hold("kept", OptionalLong.empty(), true, ""));
        assertRefused(ExitCode.USAGE, () -> snapshots().hold("kept", in(-DAY), false, ""));
        assertRefused(ExitCode.USAGE, () -> snapshots().hold("kept", OptionalLong.empty(), false, "x".repeat(1025)));
        assertRefused(ExitCode.USAGE, () -> snapshots().hold("kept", OptionalLong.empty(), false, "two\nlines"));
        assertRefused(ExitCode.ERROR, () -> snapshots().hold("never", OptionalLong.empty(), false, ""));
        assertRefused(ExitCode.ERROR, () -> snapshots().release("never"));
        assertFalse(snapshots().isHeld(snapshots().named("kept")));
    }
}
