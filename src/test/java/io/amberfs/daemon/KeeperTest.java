package io.amberfs.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.TestDrive;
import io.amberfs.history.Point;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A drive that is mounted keeps to its rule by itself, and gives back what it lets go. */
class KeeperTest {
    private final MemoryStore store = new MemoryStore();
    private final TestDrive t = new TestDrive(store);
    private final Keeper keeper = new Keeper(t.drive, t.now::get);

    @AfterEach
    void close() {
        t.close();
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[50_000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private List<Long> epochs() {
        return t.drive.volume().timeline().points().stream().map(Point::epoch).toList();
    }

    /** A new text each half minute. */
    private void work(int minutes) {
        for (int i = 0; i < 2 * minutes; i++) {
            t.write("/f", bytes(i));
            t.commit(30);
            keeper.step();
        }
    }

    @Test
    void historyThinsItselfAndItsRoomComesBack() {
        work(150);
        List<Long> kept = epochs();
        assertTrue(kept.size() > 200 && kept.size() <= 121 + 92, kept.size() + " commits: all of an hour and one a minute before that");
        assertEquals(0, t.drive.retainer().plan(Optional.empty()).size());
        long count = t.drive.blocks().count();
        assertTrue(count < 301, count + " blocks of 301");
        assertArrayEquals(bytes(299), t.read("/f"));
        try (TestDrive after = new TestDrive(store.copy())) {
            for (long epoch : kept.subList(1, kept.size())) {
                assertEquals(50_000, after.read(after.at(epoch, "/f")).length, "commit " + epoch);
            }
        }
    }

    @Test
    void whatCannotBeReadStaysAndTheDriveGoesOn() {
        work(70);
        for (long epoch : List.of(20L, 21L)) {
            store.write(new Batch().put(Table.COMMITS, KeyBytes.join(new byte[] {'c', 0, 1}, epoch), new byte[50]));
        }
        work(70);
        assertTrue(epochs().containsAll(List.of(20L, 21L)), "one of them would have gone");
        assertTrue(epochs().size() < 250, "the others have gone");
        assertTrue(t.drive.readOnly().isEmpty());
    }
}
