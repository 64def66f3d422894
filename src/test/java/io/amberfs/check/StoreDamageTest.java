package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.codec.CommitCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.Body;
import io.amberfs.model.Snapshot;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One kind of damage to blocks, commits and counters each, planted below a drive that is fine. */
class StoreDamageTest {
    private final Victim victim = new Victim();
    private final Bench bench = victim.bench;

    @AfterEach
    void close() {
        victim.close();
    }

    @Test
    void aMissingBlockIsToldWithTheFilesAndInstantsThatItHits() {
        long block = victim.blockOf("/docs/a.txt")[0];
        bench.delete(Table.BLOCKS, KeyBytes.ofLong(block));
        MissingBlock found = victim.among(MissingBlock.class, StrayIndex.class);
        assertEquals(block, found.block());
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(victim.second, found.instants().from());
        assertTrue(found.instants().untilNow());
    }

    @Test
    void aBlockOfThePastAloneHitsItsInstants() {
        byte[] key = Bench.inodeKey(bench.ino("/docs/a.txt"));
        Row row = bench.rows(Table.PAST, key).get(0);
        Body.Mapped then = (Body.Mapped) InodeCodec.decode(1, bench.open(new Row(key, row.value()))).body();
        bench.delete(Table.BLOCKS, KeyBytes.ofLong(then.extents().get(0).block()));
        MissingBlock found = victim.among(MissingBlock.class, StrayIndex.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(victim.second, found.instants().until());
    }

    @Test
    void anotherBlockInThePlaceOfOneIsFound() {
        long[] blocks = victim.blockOf("/docs/a.txt");
        Row other = bench.rows(Table.BLOCKS, new byte[0]).stream().filter(row -> KeyBytes.longAt(row.key(), 0) != blocks[0]).findFirst().orElseThrow();
        bench.put(Table.BLOCKS, KeyBytes.ofLong(blocks[0]), other.value());
        assertEquals(List.of("/docs/a.txt"), victim.among(MissingBlock.class, StrayIndex.class).paths());
    }

    @Test
    void aDamagedBlockIsFoundByReadingData() {
        long block = victim.blockOf("/docs/a.txt")[0];
        bench.flip(Table.BLOCKS, new Row(KeyBytes.ofLong(block), bench.store.get(Table.BLOCKS, KeyBytes.ofLong(block)).orElseThrow()), -5);
        assertEquals(List.of(), bench.check(false));
        DamagedBlock found = victim.only(DamagedBlock.class, true);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(block, found.block());
    }

    @Test
    void aDamagedBlockOfALargeFileIsNamedThroughItsRegions() {
        Row row = bench.rows(Table.BLOCKS, new byte[0]).stream().filter(r -> r.value().length > 60_000).reduce((a, b) -> b).orElseThrow();
        bench.flip(Table.BLOCKS, row, -5);
        assertEquals(List.of("/big"), victim.only(DamagedBlock.class, true).paths());
    }

    @Test
    void aDamagedIndexRowIsAWarning() {
        bench.flip(Table.INDEX, bench.rows(Table.INDEX, new byte[0]).get(0), -1);
        assertEquals(Severity.WARNING, victim.only(StrayIndex.class).severity());
    }

    @Test
    void aMissingCommitIsFound() {
        bench.delete(Table.COMMITS, commitKey(victim.first));
        MissingCommit found = victim.only(MissingCommit.class);
        assertEquals(victim.first, found.first());
        assertEquals(victim.first, found.last());
    }

    @Test
    void theNewestCommitIsMissedToo() {
        bench.t.write("/more", "x");
        long newest = bench.t.commit(5);
        bench.delete(Table.COMMITS, commitKey(newest));
        assertEquals(newest, victim.only(MissingCommit.class).first());
    }

    @Test
    void aDamagedCommitIsFound() {
        bench.flip(Table.COMMITS, new Row(commitKey(victim.first), bench.store.get(Table.COMMITS, commitKey(victim.first)).orElseThrow()), -1);
        assertEquals(victim.first, victim.only(DamagedRow.class).instants().from());
    }

    @Test
    void aCommitThatItsTimeDoesNotLeadToIsAWarning() {
        Row time = bench.rows(Table.COMMITS, new byte[] {'t', 0, 1}).get(1);
        bench.delete(Table.COMMITS, time.key());
        assertEquals(KeyBytes.longAt(time.key(), 11), victim.only(WrongTime.class).epoch());
    }

    @Test
    void aSnapshotOfNoCommitIsFound() {
        Row row = bench.rows(Table.COMMITS, new byte[] {'s', 0, 1}).get(0);
        bench.plantSingle(Table.COMMITS, 'C', row.key(), CommitCodec.encode(new Snapshot("now", 99, TestDrive.START, Optional.empty())));
        assertEquals("now", victim.only(LostSnapshot.class).name());
    }

    @Test
    void changeRecordsOfNoCommitAreAWarning() {
        bench.put(Table.CHANGES, KeyBytes.join(KeyBytes.join(new byte[] {0, 1}, 77), new byte[] {1, 0}), new byte[0]);
        assertEquals(77, victim.only(StrayChange.class).epoch());
    }

    @Test
    void aWrongCounterIsAWarning() {
        bench.plantSingle(Table.META, 'M', new byte[] {'v', 0, 1}, new byte[] {1, 1, 100, 2, 1});
        List<Finding> found = bench.check();
        assertEquals(List.of(WrongCounter.class, WrongCounter.class), found.stream().map(Object::getClass).toList());
        assertTrue(bench.verdict.isSound());
    }

    @Test
    void aNextInodeNumberThatWasGivenIsFound() {
        bench.t.write("/docs/last", "x");
        bench.t.commit(1);
        byte[] counters = new byte[] {'v', 0, 1};
        long files = bench.verdict.files() + 1;
        long bytes = bench.t.drive.volume().totals().logicalBytes();
        bench.plantSingle(Table.META, 'M', counters, new io.amberfs.codec.Out(24).u8(1).u8(1).varint(2).varint(files).varint(bytes).toBytes());
        assertEquals(2, victim.only(WrongCounter.class).found());
    }

    @Test
    void aLostSessionIsFoundByTheRowsThatWereSealedInIt() {
        bench.delete(Table.META, bench.rows(Table.META, new byte[] {'s'}).get(0).key());
        bench.delete(Table.COMMITS, bench.rows(Table.COMMITS, new byte[] {'k'}).get(0).key());
        List<Finding> found = bench.check();
        assertFalse(bench.verdict.isSound());
        assertTrue(found.stream().allMatch(finding -> finding instanceof DamagedRow || finding instanceof StrayIndex || finding instanceof NamelessInode), found.toString());
    }

    @Test
    void aSessionThatIsLeftInOneOfItsTwoTablesOpensEverythingAndIsFound() {
        for (Table table : List.of(Table.META, Table.COMMITS)) {
            Row row = bench.rows(table, new byte[] {(byte) (table == Table.META ? 's' : 'k')}).get(0);
            bench.delete(table, row.key());
            DamagedRow found = victim.only(DamagedRow.class);
            assertEquals(table, found.table());
            bench.put(table, row.key(), row.value());
        }
        assertEquals(List.of(), bench.check());
    }

    private static byte[] commitKey(long epoch) {
        return KeyBytes.join(new byte[] {'c', 0, 1}, epoch);
    }
}
