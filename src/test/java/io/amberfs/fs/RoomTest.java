package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.Point;
import io.amberfs.model.Amount;
import io.amberfs.model.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A past that may take so much room and not more. */
class RoomTest {
    private static final int SIZE = 100_000;
    private static final int COMMITS = 12;

    private final HookedStore store = new HookedStore();
    private TestDrive t;
    private final List<Long> epochs = new ArrayList<>();

    /** A file that is another every two hours. */
    @BeforeEach
    void open() {
        t = new TestDrive(store);
        for (int i = 0; i < COMMITS; i++) {
            t.write("/f", bytes(i));
            t.write("/kept", "kept");
            epochs.add(t.commit(7200));
        }
    }

    @AfterEach
    void close() {
        t.close();
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Retention rule(Optional<Amount> maxHistory, Optional<Amount> minFree) {
        return new Retention(Retention.FOREVER, 0, 0, 0, 0, maxHistory, minFree);
    }

    private static Optional<Amount> amount(long bytes) {
        return Optional.of(new Amount(false, bytes));
    }

    private List<Long> left() {
        return t.drive.volume().timeline().points().stream().map(Point::epoch).filter(epochs::contains).toList();
    }

    private long history() {
        return t.drive.retainer().usage().history();
    }

    @Test
    void theOldestMomentsGoUntilTheRestFits() {
        t.drive.retainer().retain(rule(amount(5 * SIZE + SIZE / 2), Optional.empty()));
        Retainer.Room room = t.drive.retainer().outlook(Optional.empty());
        assertEquals(0, t.drive.retainer().thin());
        long before = t.drive.retainer().usage().stored();
        assertTrue(t.drive.retainer().makeRoom() > 0);
        assertEquals(epochs.subList(COMMITS - 6, COMMITS), left());
        assertTrue(history() <= 5 * SIZE + SIZE / 2, history() + " bytes");
        assertEquals(before - t.drive.retainer().usage().stored(), room.bytes());
        assertEquals(0, t.drive.retainer().lacking());
        assertEquals(0, t.drive.retainer().makeRoom());
        assertArrayEquals(bytes(COMMITS - 6), t.read(t.at(epochs.get(COMMITS - 6), "/f")));
    }

    @Test
    void theLastHourAndSnapshotsStayWhateverIsLacking() {
        t.drive.snapshot("kept");
        t.drive.snapshots().hold("kept", OptionalLong.empty(), false, "");
        for (int i = 0; i < 3; i++) {
            t.write("/f", bytes(100 + i));
            t.commit(600);
        }
        int all = t.drive.volume().timeline().points().size();
        t.drive.retainer().retain(rule(amount(0), Optional.empty()));
        long gone = t.drive.retainer().makeRoom();
        List<Long> points = t.drive.volume().timeline().points().stream().map(Point::epoch).toList();
        assertEquals(all - gone, points.size());
        assertEquals(4 + 1, points.size(), "the snapshot with its commit, and three of the last hour: " + points);
        assertTrue(t.drive.retainer().lacking() >= 2 * SIZE, t.drive.retainer().lacking() + " bytes");
        assertArrayEquals(bytes(COMMITS - 1), t.read(t.at(t.drive.snapshots().named("kept").epoch(), "/f")));
    }

    @Test
    void whatIsToStayFreeIsMadeFree() {
        long disk = 50L * SIZE;
        store.free = () -> disk - store.usedBytes();
        long free = store.free.getAsLong();
        t.drive.retainer().retain(rule(Optional.empty(), amount(free + 4 * SIZE)));
        assertTrue(t.drive.retainer().makeRoom() > 0);
        t.drive.retainer().reclaim(false, 0, () -> false);
        assertTrue(store.free.getAsLong() >= free + 3.9 * SIZE, free + " before, " + store.free.getAsLong() + " bytes after");
        assertEquals(epochs.subList(4, COMMITS), left());
    }

    @Test
    void whereThereIsRoomNothingGoes() {
        t.drive.retainer().retain(rule(Optional.of(new Amount(true, 50)), Optional.of(new Amount(true, 10))));
        assertEquals(0, t.drive.retainer().makeRoom());
        assertEquals(epochs, left());
    }
}
