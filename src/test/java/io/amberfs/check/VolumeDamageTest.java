package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.TestDrive;
import io.amberfs.history.StateDamage;
import io.amberfs.history.Timeline;
import io.amberfs.history.Volume;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Damage to what a volume keeps of itself: it opens all the same, says what is damaged and what may still be done, and never takes an older state for the newest. */
class VolumeDamageTest {
    private static final byte[] COUNTERS = {'v', 0, 1};
    private static final byte[] SNAPSHOTS = {'s', 0, 1};

    private final Victim victim = new Victim();
    private final Bench bench = victim.bench;

    @AfterEach
    void close() {
        victim.close();
    }

    private Volume volume() {
        return bench.t.drive.volume();
    }

    private Timeline timeline() {
        return volume().timeline();
    }

    private static byte[] commitKey(long epoch) {
        return KeyBytes.join(new byte[] {'c', 0, 1}, epoch);
    }

    private Row row(Table table, byte[] key) {
        return new Row(key, bench.store.get(table, key).orElseThrow());
    }

    private List<StateDamage.Way> ways() {
        return volume().damages().stream().map(StateDamage::way).toList();
    }

    private void everythingIsThere() {
        assertEquals(40_000, bench.t.read("/docs/a.txt").length);
        assertEquals(50_000, bench.t.read(bench.t.at(victim.first, "/docs/a.txt")).length);
        assertEquals("few bytes", bench.t.text("/docs/old/twin"));
    }

    @Test
    void aHealthyVolumeHasNoDamage() {
        bench.remount();
        assertEquals(List.of(), volume().damages());
    }

    @Test
    void aDamagedRecordOfTheNewestCommitIsToldAndItsNumberIsNotGivenAgain() {
        long newest = timeline().newestEpoch();
        bench.flip(Table.COMMITS, row(Table.COMMITS, commitKey(newest)), -1);
        bench.remount();
        assertEquals(List.of(StateDamage.Way.ACCEPT), ways());
        assertTrue(volume().damages().get(0).what().contains("newest commit, " + newest), volume().damages().toString());
        assertEquals(newest, timeline().newestEpoch());
        assertEquals(Optional.empty(), timeline().newest());
        everythingIsThere();
        assertEquals(newest, victim.only(DamagedRow.class).instants().from());
        bench.t.write("/more", "x");
        assertEquals(newest + 1, bench.t.commit(5));
        bench.remount();
        assertEquals(List.of(), volume().damages());
    }

    @Test
    void recordsOfTheNewestCommitsThatAreMissingAreToldAndTheirNumbersAreNotGivenAgain() {
        bench.t.write("/more", "x");
        long newest = bench.t.commit(5);
        bench.delete(Table.COMMITS, commitKey(newest));
        bench.delete(Table.COMMITS, commitKey(newest - 1));
        bench.remount();
        assertEquals(List.of(StateDamage.Way.ACCEPT), ways());
        everythingIsThere();
        bench.t.write("/most", "y");
        assertEquals(newest + 1, bench.t.commit(5));
        assertEquals("x", bench.t.text("/more"));
        MissingCommit found = victim.among(MissingCommit.class, LostSnapshot.class);
        assertEquals(newest - 1, found.first());
        assertEquals(newest, found.last());
    }

    @Test
    void aNewestCommitThatChangedNothingIsMissedToo() {
        long newest = timeline().newestEpoch();
        bench.delete(Table.COMMITS, commitKey(newest));
        bench.remount();
        assertEquals(List.of(StateDamage.Way.ACCEPT), ways());
        bench.t.write("/more", "x");
        assertEquals(newest + 1, bench.t.commit(5));
    }

    @Test
    void withoutAnyCommitAVolumeIsNotTakenForANewOne() {
        bench.rows(Table.COMMITS, new byte[] {'c', 0, 1}).forEach(row -> bench.delete(Table.COMMITS, row.key()));
        bench.delete(Table.META, COUNTERS);
        bench.remount();
        assertFalse(volume().isNew());
        assertTrue(ways().contains(StateDamage.Way.ACCEPT), volume().damages().toString());
        assertEquals(40_000, bench.t.read("/docs/a.txt").length);
    }

    @Test
    void whatWasFsyncedSinceTheNewestCommitIsNoDamage() {
        try (var handle = bench.t.drive.open(bench.t.at("/docs/a.txt"), true, false, false)) {
            handle.write(0, new byte[] {1}, 0, 1);
            handle.fsync(false);
            try (TestDrive other = new TestDrive(bench.store.copy())) {
                assertEquals(List.of(), other.drive.volume().damages());
            }
        }
    }

    @Test
    void aDamagedJournalIsFoundAndIsLeftOnlyIfTheUserAcceptsIt() {
        byte before = bench.t.read("/docs/a.txt")[0];
        for (int number = 0; number < 3; number++) {
            MemoryStore crashed = journaled();
            Row row = rows(crashed).get(number);
            row.value()[row.value().length - 1] ^= 1;
            crashed.write(new Batch().put(Table.META, row.key(), row.value()));
            assertEquals(1, bench.check(crashed, false, Progress.NONE).stream().filter(DamagedRow.class::isInstance).count());
            try (TestDrive after = new TestDrive(crashed, bench.t.now)) {
                assertEquals(List.of(StateDamage.Way.OLDER), after.drive.volume().damages().stream().map(StateDamage::way).toList());
                assertEquals(before, after.read("/docs/a.txt")[0]);
                after.write("/docs/more.txt", "more");
                try (var handle = after.drive.open(after.at("/docs/more.txt"), true, false, false)) {
                    handle.fsync(false);
                }
                try (TestDrive again = new TestDrive(crashed.copy(), bench.t.now)) {
                    assertEquals(List.of(), again.drive.volume().damages());
                    assertEquals("more", again.text("/docs/more.txt"));
                }
            }
            assertEquals(List.of(), bench.check(crashed, false, Progress.NONE));
        }
    }

    @Test
    void aRowOfTheJournalThatIsMissingIsNoticed() {
        for (int number = 0; number < 2; number++) {
            MemoryStore store = journaled();
            store.write(new Batch().delete(Table.META, rows(store).get(number).key()));
            try (TestDrive after = new TestDrive(store, bench.t.now)) {
                assertEquals(List.of(StateDamage.Way.OLDER), after.drive.volume().damages().stream().map(StateDamage::way).toList());
            }
        }
    }

    private static List<Row> rows(MemoryStore store) {
        List<Row> rows = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor cursor = reading.cursor(Table.META, new byte[] {'j'})) {
            while (cursor.next()) {
                rows.add(new Row(cursor.key(), cursor.value().clone()));
            }
        }
        return rows;
    }

    /** What a crash leaves when the changes of the head and two writes are in the journal; the first byte of a file is another one in both. */
    private MemoryStore journaled() {
        MemoryStore before = bench.store.copy();
        try (TestDrive drive = new TestDrive(before, bench.t.now); var handle = drive.drive.open(drive.at("/docs/a.txt"), true, false, false)) {
            byte first = drive.read("/docs/a.txt")[0];
            for (byte step = 1; step <= 2; step++) {
                handle.write(0, new byte[] {(byte) (first + step)}, 0, 1);
                handle.fsync(false);
            }
            MemoryStore crashed = before.copy();
            assertEquals(3, rows(crashed).size());
            return crashed;
        }
    }

    @Test
    void aDamagedSnapshotCostsItsNameAlone() {
        bench.t.drive.snapshot("other");
        Set<String> before = new HashSet<>();
        Row row = row(Table.COMMITS, KeyBytes.join(SNAPSHOTS, bench.t.drive.records().snapshotHash("other".getBytes(StandardCharsets.UTF_8))));
        bench.flip(Table.COMMITS, row, -1);
        bench.remount();
        assertEquals(List.of(StateDamage.Way.GO_ON), ways());
        timeline().snapshots().forEach(snapshot -> before.add(snapshot.name()));
        assertEquals(Set.of("now"), before);
        assertTrue(timeline().snapshot("now").isPresent());
        assertEquals(Optional.empty(), timeline().snapshot("never"));
        assertTrue(assertThrows(CorruptException.class, () -> timeline().snapshot("other")).getMessage().startsWith("the snapshot 'other' is damaged: "));
        assertThrows(CorruptException.class, () -> bench.t.at("/.snapshots/other"));
        assertThrows(CorruptException.class, () -> bench.t.drive.snapshot("other"));
        everythingIsThere();
        victim.only(DamagedRow.class);
        bench.t.drive.snapshots().deleteDamaged("other");
        assertEquals(Optional.empty(), timeline().snapshot("other"));
        assertEquals(List.of(), bench.check(true));
    }

    @Test
    void damagedCountersAreCountedAnew() {
        counted(() -> bench.flip(Table.META, row(Table.META, COUNTERS), -1));
    }

    @Test
    void missingCountersAreCountedAnewAndNoInodeIsOverwritten() {
        counted(() -> bench.delete(Table.META, COUNTERS));
    }

    private void counted(Runnable damage) {
        Totals before = volume().totals();
        long highest = bench.ino("/big") + 100;
        bench.t.close();
        damage.run();
        bench.t = new TestDrive(bench.store, bench.t.now);
        assertEquals(List.of(StateDamage.Way.GO_ON), ways());
        assertEquals(before, volume().totals());
        assertEquals(1, bench.check().stream().filter(DamagedRow.class::isInstance).count(), "check tells, until they are written anew");
        bench.t.write("/new", "x");
        assertTrue(bench.ino("/new") < highest);
        bench.t.commit(5);
        everythingIsThere();
        assertEquals(List.of(), bench.check(true));
        bench.remount();
        assertEquals(List.of(), volume().damages());
    }

    @Test
    void damagedCountersOfBlocksAreCountedAnewAndNoBlockIsOverwritten() {
        for (byte[] damaged : List.of(new byte[0], new byte[17], new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})) {
            long count = bench.t.drive.blocks().count();
            bench.t.close();
            bench.put(Table.META, new byte[] {'b'}, damaged);
            bench.t = new TestDrive(bench.store, bench.t.now);
            assertEquals(Optional.empty(), bench.t.drive.blocks().damage());
            assertEquals(count, bench.t.drive.blocks().count());
            byte[] more = new byte[30_000 + damaged.length];
            java.util.Arrays.fill(more, (byte) count);
            bench.t.write("/more" + damaged.length + count, more);
            bench.t.commit(1);
            bench.remount();
            assertArrayEquals(more, bench.t.read("/more" + damaged.length + count));
            everythingIsThere();
            assertEquals(List.of(), bench.check(true));
        }
    }
}
