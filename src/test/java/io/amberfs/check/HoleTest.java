package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.RowKey;
import io.amberfs.history.StateDamage;
import io.amberfs.history.Volume;
import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.Erasure;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Stretch;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stretches of a table that the database below cannot read. */
class HoleTest {
    private final Bench bench = new Bench();

    /** Rows of {@code table} from {@code first} up to before {@code behind} cannot be read. */
    private record Holed(Store whole, Table table, byte[] first, byte[] behind) implements Store {
        private boolean isHole(Table in, byte[] key) {
            return in == table && Arrays.compareUnsigned(key, first) >= 0 && Arrays.compareUnsigned(key, behind) < 0;
        }

        private void fail(Table in, byte[] key) {
            if (isHole(in, key)) {
                throw new CorruptException("a checksum of the database does not fit");
            }
        }

        @Override
        public Optional<byte[]> get(Table in, byte[] key) {
            fail(in, key);
            return whole.get(in, key);
        }

        @Override
        public List<Optional<byte[]>> getAll(Table in, List<byte[]> keys) {
            keys.forEach(key -> fail(in, key));
            return whole.getAll(in, keys);
        }

        @Override
        public Reading reading() {
            Reading reading = whole.reading();
            return new Reading() {
                @Override
                public Optional<byte[]> get(Table in, byte[] key) {
                    fail(in, key);
                    return reading.get(in, key);
                }

                @Override
                public Cursor cursor(Table in, byte[] prefix) {
                    return new HoledCursor(reading.cursor(in, prefix), in);
                }

                @Override
                public void close() {
                    reading.close();
                }
            };
        }

        @Override
        public void write(Batch batch) {
            whole.write(batch);
        }

        @Override
        public void ingest(Table in, List<Row> rows) {
            whole.ingest(in, rows);
        }

        @Override
        public List<Stretch> erase(Table table, Erasure erasure, double rest) {
            return whole.erase(table, erasure, rest);
        }

        @Override
        public long erasable(Table table, Erasure erasure) {
            return whole.erasable(table, erasure);
        }

        @Override
        public void compact(double share) {
            whole.compact(share);
        }

        @Override
        public long freeBytes() {
            return whole.freeBytes();
        }

        @Override
        public long totalBytes() {
            return whole.totalBytes();
        }

        @Override
        public long usedBytes() {
            return whole.usedBytes();
        }

        @Override
        public void close() {
            whole.close();
        }

        private final class HoledCursor implements Cursor {
            private final Cursor cursor;
            private final Table in;

            HoledCursor(Cursor cursor, Table in) {
                this.cursor = cursor;
                this.in = in;
            }

            private boolean land(boolean found) {
                if (found) {
                    fail(in, cursor.key());
                }
                return found;
            }

            @Override
            public boolean next() {
                return land(cursor.next());
            }

            @Override
            public boolean seek(byte[] key) {
                fail(in, key);
                return land(cursor.seek(key));
            }

            @Override
            public boolean last() {
                return land(cursor.last());
            }

            @Override
            public boolean seekBack(byte[] key) {
                return land(cursor.seekBack(key));
            }

            @Override
            public byte[] key() {
                return cursor.key();
            }

            @Override
            public byte[] value() {
                return cursor.value();
            }

            @Override
            public void close() {
                cursor.close();
            }
        }
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private List<Finding> checkWithHole(Table table, byte[] first, byte[] behind) {
        return bench.check(new Holed(bench.store, table, first, behind), false, Progress.NONE);
    }

    private void files(int count) {
        for (int i = 0; i < count; i++) {
            bench.t.write("/f" + i, "contents of a file " + i);
        }
        bench.t.commit(1);
    }

    @Test
    void theWalkGoesOnBehindAStretchThatCannotBeRead() {
        files(40);
        byte[] first = Bench.inodeKey(bench.ino("/f10"));
        byte[] behind = Bench.inodeKey(bench.ino("/f20"));
        List<Finding> found = checkWithHole(Table.LIVE, first, behind);
        List<String> lost = new ArrayList<>();
        found.stream().filter(DanglingEntry.class::isInstance).forEach(finding -> lost.addAll(finding.paths()));
        assertEquals(List.of("/f10", "/f11", "/f12", "/f13", "/f14", "/f15", "/f16", "/f17", "/f18", "/f19"), lost.stream().sorted().toList());
        UnreadableStretch stretch = found.stream().filter(UnreadableStretch.class::isInstance).map(UnreadableStretch.class::cast).findFirst().orElseThrow();
        assertEquals(Scope.hex(behind), stretch.before());
    }

    @Test
    void aHoleUpToTheEndOfATableIsTold() {
        files(5);
        List<Finding> found = checkWithHole(Table.CHANGES, KeyBytes.join(new byte[] {0, 1}, 2), new byte[] {0, 2});
        assertTrue(found.stream().anyMatch(finding -> finding instanceof UnreadableStretch stretch && stretch.before().equals("the end")), found.toString());
    }

    @Test
    void aHoleAtTheStartOfATableIsTold() {
        files(5);
        List<Row> rows = bench.rows(Table.LIVE, RowKey.DIRENT);
        List<Finding> found = checkWithHole(Table.LIVE, rows.get(0).key(), rows.get(2).key());
        assertTrue(found.stream().anyMatch(UnreadableStretch.class::isInstance), found.toString());
        assertEquals(2, found.stream().filter(NamelessInode.class::isInstance).count(), found.toString());
    }

    private void opensForReading(Table table, byte[] first, byte[] behind) {
        files(5);
        bench.remount();
        try (TestDrive holed = new TestDrive(new Holed(bench.store, table, first, behind))) {
            Volume volume = holed.drive.volume();
            assertTrue(volume.damages().stream().anyMatch(damage -> damage.way() == StateDamage.Way.READ) || holed.drive.blocks().damage().isPresent(), volume.damages().toString());
            assertFalse(volume.isNew());
        }
        List<Finding> found = checkWithHole(table, first, behind);
        assertFalse(bench.verdict.isSound(), found.toString());
    }

    @Test
    void aVolumeWhoseNewestCommitsCannotBeReadOpensForReading() {
        opensForReading(Table.COMMITS, new byte[] {'c', 0, 1}, new byte[] {'c', 0, 2});
    }

    @Test
    void aVolumeWhoseTimesCannotBeReadOpensForReading() {
        opensForReading(Table.COMMITS, new byte[] {'t', 0, 1}, new byte[] {'t', 0, 2});
    }

    @Test
    void aVolumeWhoseCountersCannotBeReadOpensForReading() {
        opensForReading(Table.META, new byte[] {'v'}, new byte[] {'w'});
    }

    @Test
    void aVolumeWhoseNewestChangesCannotBeReadOpensForReading() {
        opensForReading(Table.CHANGES, KeyBytes.join(new byte[] {0, 1}, 2), new byte[] {0, 2});
    }

    @Test
    void aVolumeWhoseNewestBlocksCannotBeReadOpensForReading() {
        bench.t.write("/big", new byte[200_000]);
        bench.t.commit(1);
        bench.put(Table.META, new byte[] {'b'}, new byte[3]);
        opensForReading(Table.BLOCKS, KeyBytes.ofLong(1), KeyBytes.ofLong(1000));
    }

    @Test
    void ofSnapshotsThatCannotBeReadTheNamesAreAnsweredAsDamaged() {
        files(5);
        bench.t.drive.snapshot("kept");
        try (TestDrive holed = new TestDrive(new Holed(bench.store, Table.COMMITS, new byte[] {'s', 0, 1}, new byte[] {'s', 0, 2}), bench.t.now)) {
            assertEquals(List.of(StateDamage.Way.GO_ON), holed.drive.volume().damages().stream().map(StateDamage::way).toList());
            assertThrows(CorruptException.class, () -> holed.at("/.snapshots/kept"));
            assertEquals("contents of a file 3", holed.text("/.snapshots/2024-06-18T10:00:01Z/f3"));
        }
    }

    @Test
    void sessionsThatCannotBeReadInOneOfTheirTablesAreReadInTheOther() {
        files(5);
        bench.remount();
        bench.t.write("/later", "in another session");
        bench.t.commit(1);
        bench.remount();
        for (Table table : List.of(Table.META, Table.COMMITS)) {
            byte letter = (byte) (table == Table.META ? 's' : 'k');
            Holed store = new Holed(bench.store, table, new byte[] {letter}, new byte[] {(byte) (letter + 1)});
            try (TestDrive holed = new TestDrive(store, bench.t.now)) {
                assertEquals(List.of(), holed.drive.volume().damages());
                assertEquals("contents of a file 3", holed.text("/f3"));
                assertEquals("in another session", holed.text("/later"));
            }
            assertFalse(checkWithHole(table, new byte[] {letter}, new byte[] {(byte) (letter + 1)}).isEmpty());
        }
    }

    @Test
    void thePresentNeedsNothingOfThePast() {
        for (int round = 0; round < 3; round++) {
            files(5);
        }
        bench.remount();
        assertTrue(bench.rows(Table.PAST, new byte[] {0, 1}).size() > 5);
        try (TestDrive t = new TestDrive(new Holed(bench.store, Table.PAST, new byte[0], new byte[] {(byte) 255}), bench.t.now)) {
            assertEquals("contents of a file 3", t.text("/f3"));
            t.write("/f3", "changed");
            t.mkdir("/folder");
            t.drive.rename(Node.ROOT, TestDrive.last("/f4"), t.at("/folder"), TestDrive.last("/f1"), RenameMode.REPLACE);
            t.drive.unlink(Node.ROOT, TestDrive.last("/f2"));
            t.commit(1);
            assertEquals(List.of("f0", "f1", "f3", "folder"), t.list(Node.ROOT).stream().filter(name -> !name.startsWith(".")).sorted().toList());
            assertThrows(CorruptException.class, () -> t.text("/.snapshots/2024-06-18T10:00:01Z/f3"));
        }
    }
}
