package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.codec.CommitCodec;
import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.RowKey;
import io.amberfs.model.Body;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Snapshot;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One kind of damage each, planted below a drive that is fine. */
class DamageTest {
    private final Bench bench = new Bench();
    private long first;
    private long second;

    @BeforeEach
    void work() {
        TestDrive t = bench.t;
        t.mkdir("/docs");
        t.mkdir("/docs/old");
        t.write("/docs/a.txt", random(50_000, 1));
        t.write("/docs/small", "few bytes");
        t.write("/big", random(3_000_000, 2));
        t.drive.link(t.at("/docs/small"), t.at("/docs/old"), TestDrive.last("twin"));
        t.drive.setXattr(t.at("/docs/a.txt"), "user.colour".getBytes(StandardCharsets.UTF_8), new byte[] {7}, false, false);
        first = t.commit(10);
        t.write("/docs/a.txt", random(40_000, 3));
        try (FileHandle handle = t.drive.open(t.at("/big"), true, false, false)) {
            handle.write(1_500_000, random(20_000, 4), 0, 20_000);
        }
        second = t.commit(10);
        t.drive.snapshot("now");
        assertEquals(List.of(), bench.check(true));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Inode inode(long ino) {
        return InodeCodec.decode(ino, bench.open(bench.inodeRow(ino)));
    }

    private void change(long ino, UnaryOperator<Inode> change) {
        Row row = bench.inodeRow(ino);
        bench.plant(row.key(), Bench.from(row), InodeCodec.encode(change.apply(inode(ino))));
    }

    private <F extends Finding> F only(Class<F> kind) {
        return only(kind, false);
    }

    private <F extends Finding> F only(Class<F> kind, boolean readData) {
        List<Finding> found = bench.check(readData);
        assertEquals(List.of(kind), found.stream().map(Object::getClass).toList(), found.toString());
        assertEquals(found.get(0).severity() == Severity.DAMAGE, !bench.verdict.isSound());
        return kind.cast(found.get(0));
    }

    /** What a loss has as its consequences shows as well. */
    private <F extends Finding> F among(Class<F> kind, Class<?>... consequences) {
        List<Finding> found = bench.check();
        Set<String> kinds = new TreeSet<>();
        found.forEach(finding -> kinds.add(finding.getClass().getSimpleName()));
        Set<String> expected = new TreeSet<>(List.of(kind.getSimpleName()));
        Arrays.stream(consequences).forEach(consequence -> expected.add(consequence.getSimpleName()));
        assertEquals(expected, kinds, found.toString());
        return kind.cast(found.stream().filter(kind::isInstance).findFirst().orElseThrow());
    }

    private long[] blockOf(String path) {
        Body.Mapped mapped = (Body.Mapped) inode(bench.ino(path)).body();
        return mapped.extents().stream().mapToLong(extent -> extent.block()).toArray();
    }

    @Test
    void aDamagedInodeIsNamedByItsPath() {
        Row row = bench.inodeRow(bench.ino("/docs/a.txt"));
        bench.flip(Table.LIVE, row, -1);
        DamagedRow found = only(DamagedRow.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(second, found.instants().from());
        assertTrue(found.instants().untilNow());
        assertEquals(TestDrive.START + 20_000_000_000L, found.instants().fromTime().orElseThrow());
    }

    @Test
    void aDamagedDirectoryIsNamedByItsPath() {
        bench.flip(Table.LIVE, bench.inodeRow(bench.ino("/docs/old")), 20);
        assertEquals(List.of("/docs/old"), only(DamagedRow.class).paths());
    }

    @Test
    void aDamagedVersionOfThePastHitsItsInstantsOnly() {
        byte[] key = Bench.inodeKey(bench.ino("/docs/a.txt"));
        Row row = bench.rows(Table.PAST, key).get(0);
        bench.flip(Table.PAST, row, -3);
        DamagedRow found = only(DamagedRow.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(first, found.instants().from());
        assertEquals(second, found.instants().until());
    }

    @Test
    void anUnknownVersionByteIsDamageOfThatRow() {
        bench.flip(Table.LIVE, bench.inodeRow(bench.ino("/big")), 8);
        assertEquals(List.of("/big"), only(DamagedRow.class).paths());
    }

    @Test
    void aDamagedEntryIsToldWithItsDirectory() {
        bench.flip(Table.LIVE, bench.live(bench.direntKey(bench.ino("/docs"), "a.txt")), -1);
        DamagedRow found = among(DamagedRow.class, NamelessInode.class);
        assertEquals(List.of("/docs/?"), found.paths());
    }

    @Test
    void aDamagedRegionIsNamedByItsPath() {
        bench.flip(Table.LIVE, bench.rows(Table.LIVE, RowKey.REGION).get(0), -1);
        assertEquals(List.of("/big"), only(DamagedRow.class).paths());
    }

    @Test
    void aLostInodeIsToldByTheEntryThatNamesIt() {
        bench.delete(Table.LIVE, Bench.inodeKey(bench.ino("/docs/a.txt")));
        DanglingEntry found = among(DanglingEntry.class, WrongCounter.class, WrongXattrs.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(second, found.instants().from());
    }

    @Test
    void aLostDirectoryDoesNotAccuseEachOfItsEntries() {
        bench.delete(Table.LIVE, Bench.inodeKey(bench.ino("/docs/old")));
        DanglingEntry found = among(DanglingEntry.class, WrongCounter.class);
        assertEquals(List.of("/docs/old"), found.paths());
        assertEquals(1, bench.check().stream().filter(DanglingEntry.class::isInstance).count());
    }

    @Test
    void entriesOfADirectoryThatNeverWasAreFound() {
        byte[] name = "x".getBytes(StandardCharsets.UTF_8);
        bench.plant(bench.t.drive.records().direntKey(900, name), first, DirentCodec.encode(new Dirent(name, bench.ino("/big"), Mode.FILE)));
        MissingDirectory found = among(MissingDirectory.class, WrongLinks.class);
        assertEquals(1, found.entries());
    }

    @Test
    void anEntryOfAnotherTypeIsFound() {
        byte[] name = "big".getBytes(StandardCharsets.UTF_8);
        byte[] key = bench.direntKey(Inode.ROOT, "big");
        bench.plant(key, Bench.from(bench.live(key)), DirentCodec.encode(new Dirent(name, bench.ino("/big"), Mode.FIFO)));
        assertEquals(List.of("/big"), only(DanglingEntry.class).paths());
    }

    @Test
    void aFileThatLostItsOnlyNameIsFound() {
        bench.delete(Table.LIVE, bench.direntKey(Inode.ROOT, "big"));
        NamelessInode found = only(NamelessInode.class);
        assertEquals(List.of(), found.paths());
        assertEquals(1, found.expected());
    }

    @Test
    void aDirectoryThatLostItsNameKnowsItsPath() {
        bench.delete(Table.LIVE, bench.direntKey(bench.ino("/docs"), "old"));
        assertEquals(List.of("/docs/old"), only(NamelessInode.class).paths());
    }

    @Test
    void aNameLostInThePastIsFound() {
        bench.t.drive.unlink(bench.t.at("/docs"), TestDrive.last("small"));
        long third = bench.t.commit(1);
        Row row = bench.rows(Table.PAST, bench.direntKey(bench.ino("/docs"), "small")).get(0);
        bench.delete(Table.PAST, row.key());
        WrongLinks found = only(WrongLinks.class);
        assertEquals(List.of("/docs/old/twin"), found.paths());
        assertEquals(1, found.found());
        assertEquals(2, found.expected());
        assertEquals(third, found.instants().until());
    }

    @Test
    void aWrongLinkCountIsFound() {
        change(bench.ino("/docs/small"), inode -> inode.withLinks(3));
        WrongLinks found = only(WrongLinks.class);
        assertEquals(List.of("/docs/old/twin", "/docs/small"), found.paths());
    }

    @Test
    void aWrongLinkCountOfADirectoryIsAWarning() {
        change(bench.ino("/docs"), inode -> inode.withLinks(7));
        WrongSubdirectories found = only(WrongSubdirectories.class);
        assertEquals(Severity.WARNING, found.severity());
        assertEquals(List.of("/docs"), found.paths());
    }

    @Test
    void aDirectoryThatThinksItIsElsewhereIsFound() {
        change(bench.ino("/docs/old"), inode -> inode.withPlace(Inode.ROOT, "old".getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("/docs/old"), only(MisplacedDirectory.class).paths());
    }

    @Test
    void directoriesInALoopAreFound() {
        byte[] name = "docs".getBytes(StandardCharsets.UTF_8);
        long docs = bench.ino("/docs");
        long old = bench.ino("/docs/old");
        Row entry = bench.live(bench.direntKey(Inode.ROOT, "docs"));
        bench.delete(Table.LIVE, entry.key());
        bench.plant(bench.direntKey(old, "docs"), Bench.from(entry), bench.open(entry));
        change(docs, inode -> inode.withPlace(old, name));
        change(old, inode -> inode.withLinks(3));
        change(Inode.ROOT, inode -> inode.withLinks(2));
        assertTrue(bench.check().stream().anyMatch(DirectoryLoop.class::isInstance), bench.check().toString());
    }

    @Test
    void aLostVersionOfThePastIsFound() {
        byte[] key = Bench.inodeKey(bench.ino("/docs"));
        bench.t.write("/docs/new1", "x");
        bench.t.commit(1);
        bench.t.write("/docs/new2", "x");
        bench.t.commit(1);
        List<Row> versions = bench.rows(Table.PAST, key);
        bench.delete(Table.PAST, versions.get(versions.size() - 1).key());
        assertEquals(List.of("/docs"), only(MissingVersion.class).paths());
    }

    @Test
    void overlappingLifetimesAreFound() {
        Row row = bench.rows(Table.PAST, Bench.inodeKey(bench.ino("/docs/a.txt"))).get(0);
        byte[] key = Bench.keyOfPast(row);
        bench.put(Table.PAST, KeyBytes.join(key, second + 1), row.value());
        WrongLifetime found = (WrongLifetime) bench.check().get(0);
        assertEquals(List.of("/docs/a.txt"), found.paths());
    }

    @Test
    void aRowFromTheFutureIsFound() {
        Row row = bench.live(bench.direntKey(Inode.ROOT, "big"));
        bench.plant(row.key(), 1000, bench.open(row));
        assertEquals(List.of("/big"), among(WrongLifetime.class, NamelessInode.class).paths());
    }

    @Test
    void aRowInThePlaceOfAnotherIsFound() {
        Row big = bench.inodeRow(bench.ino("/big"));
        bench.put(Table.LIVE, Bench.inodeKey(bench.ino("/docs/small")), big.value());
        assertEquals(List.of("/docs/old/twin", "/docs/small"), only(DamagedRow.class).paths());
    }

    @Test
    void aRowThatNothingLooksForIsAWarning() {
        bench.put(Table.LIVE, new byte[] {0, 9, 9, 9}, new byte[] {1});
        bench.put(Table.PAST, new byte[] {0, 1, 2, 9}, new byte[] {1});
        assertEquals(List.of(StrayRow.class, StrayRow.class), bench.check().stream().map(Object::getClass).toList());
        assertTrue(bench.verdict.isSound());
    }

    @Test
    void aLostRegionIsFoundByTheBytesThatAreMissing() {
        Row row = bench.rows(Table.LIVE, RowKey.REGION).get(2);
        bench.delete(Table.LIVE, row.key());
        MissingContents found = only(MissingContents.class);
        assertEquals(List.of("/big"), found.paths());
        assertEquals(3_000_000, found.expected());
    }

    @Test
    void aLostRegionOfThePastIsFound() {
        Row row = bench.rows(Table.PAST, RowKey.REGION).get(0);
        bench.delete(Table.PAST, row.key());
        MissingContents found = only(MissingContents.class);
        assertEquals(List.of("/big"), found.paths());
        assertEquals(first, found.instants().from());
        assertEquals(second, found.instants().until());
    }

    @Test
    void regionsWithoutAnOwnerAreAWarning() {
        Row row = bench.rows(Table.LIVE, RowKey.REGION).get(0);
        bench.plant(RowKey.region(1, 5, 0), Bench.from(row), bench.open(row));
        assertEquals(5, only(UnownedRegions.class).map());
    }

    @Test
    void lostRegionsThatAreMarkedForDeletionAreFine() {
        bench.t.drive.unlink(bench.t.at("/"), TestDrive.last("big"));
        bench.t.drive.sync();
        assertEquals(1, bench.rows(Table.LIVE, RowKey.REAP).size());
        assertEquals(List.of(), bench.check());
        bench.delete(Table.LIVE, bench.rows(Table.LIVE, RowKey.REAP).get(0).key());
        only(UnownedRegions.class);
    }

    @Test
    void aSizeBelowTheContentsIsAWarning() {
        change(bench.ino("/docs/small"), inode -> inode.withContents(3, inode.stored(), inode.body()));
        assertEquals(List.of("/docs/old/twin", "/docs/small"), among(WrongBody.class, WrongCounter.class).paths());
    }

    @Test
    void lostAttributesAreFound() {
        bench.delete(Table.LIVE, bench.rows(Table.LIVE, RowKey.XATTR).get(0).key());
        assertEquals(List.of("/docs/a.txt"), only(WrongXattrs.class).paths());
    }

    @Test
    void attributesThatTheInodeDoesNotKnowOfAreFound() {
        change(bench.ino("/docs/a.txt"), inode -> inode.withXattrs(false));
        assertEquals(List.of("/docs/a.txt"), only(WrongXattrs.class).paths());
    }

    @Test
    void anOrphanThatIsNotMarkedIsAWarning() {
        try (FileHandle handle = bench.t.drive.open(bench.t.at("/big"), true, false, false)) {
            bench.t.drive.unlink(bench.t.at("/"), TestDrive.last("big"));
            bench.t.commit(1);
            assertEquals(List.of(), bench.check());
            bench.delete(Table.LIVE, bench.rows(Table.LIVE, RowKey.ORPHAN).get(0).key());
            only(LeakedInode.class);
        }
    }

    @Test
    void aMarkOnAFileThatHasANameIsAWarning() {
        bench.plant(RowKey.of(1, RowKey.ORPHAN, bench.ino("/big")), second, new byte[] {1});
        assertEquals(List.of("/big"), only(StrayOrphan.class).paths());
    }

    @Test
    void aMissingBlockIsToldWithTheFilesAndInstantsThatItHits() {
        long block = blockOf("/docs/a.txt")[0];
        bench.delete(Table.BLOCKS, KeyBytes.ofLong(block));
        MissingBlock found = among(MissingBlock.class, StrayIndex.class);
        assertEquals(block, found.block());
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(second, found.instants().from());
        assertTrue(found.instants().untilNow());
    }

    @Test
    void aBlockOfThePastAloneHitsItsInstants() {
        byte[] key = Bench.inodeKey(bench.ino("/docs/a.txt"));
        Row row = bench.rows(Table.PAST, key).get(0);
        Body.Mapped then = (Body.Mapped) InodeCodec.decode(1, bench.open(new Row(key, row.value()))).body();
        bench.delete(Table.BLOCKS, KeyBytes.ofLong(then.extents().get(0).block()));
        MissingBlock found = among(MissingBlock.class, StrayIndex.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(second, found.instants().until());
    }

    @Test
    void anotherBlockInThePlaceOfOneIsFound() {
        long[] blocks = blockOf("/docs/a.txt");
        Row other = bench.rows(Table.BLOCKS, new byte[0]).stream().filter(row -> KeyBytes.longAt(row.key(), 0) != blocks[0]).findFirst().orElseThrow();
        bench.put(Table.BLOCKS, KeyBytes.ofLong(blocks[0]), other.value());
        assertEquals(List.of("/docs/a.txt"), among(MissingBlock.class, StrayIndex.class).paths());
    }

    @Test
    void aDamagedBlockIsFoundByReadingData() {
        long block = blockOf("/docs/a.txt")[0];
        bench.flip(Table.BLOCKS, new Row(KeyBytes.ofLong(block), bench.store.get(Table.BLOCKS, KeyBytes.ofLong(block)).orElseThrow()), -5);
        assertEquals(List.of(), bench.check(false));
        DamagedBlock found = only(DamagedBlock.class, true);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(block, found.block());
    }

    @Test
    void aDamagedBlockOfALargeFileIsNamedThroughItsRegions() {
        Row row = bench.rows(Table.BLOCKS, new byte[0]).stream().filter(r -> r.value().length > 60_000).reduce((a, b) -> b).orElseThrow();
        bench.flip(Table.BLOCKS, row, -5);
        assertEquals(List.of("/big"), only(DamagedBlock.class, true).paths());
    }

    @Test
    void aDamagedIndexRowIsAWarning() {
        bench.flip(Table.INDEX, bench.rows(Table.INDEX, new byte[0]).get(0), -1);
        assertEquals(Severity.WARNING, only(StrayIndex.class).severity());
    }

    @Test
    void aMissingCommitIsFound() {
        bench.delete(Table.COMMITS, commitKey(first));
        MissingCommit found = only(MissingCommit.class);
        assertEquals(first, found.first());
        assertEquals(first, found.last());
    }

    @Test
    void theNewestCommitIsMissedToo() {
        bench.t.write("/more", "x");
        long newest = bench.t.commit(5);
        bench.delete(Table.COMMITS, commitKey(newest));
        assertEquals(newest, only(MissingCommit.class).first());
    }

    @Test
    void aDamagedCommitIsFound() {
        bench.flip(Table.COMMITS, new Row(commitKey(first), bench.store.get(Table.COMMITS, commitKey(first)).orElseThrow()), -1);
        assertEquals(first, only(DamagedRow.class).instants().from());
    }

    @Test
    void aCommitThatItsTimeDoesNotLeadToIsAWarning() {
        Row time = bench.rows(Table.COMMITS, new byte[] {'t', 0, 1}).get(1);
        bench.delete(Table.COMMITS, time.key());
        assertEquals(KeyBytes.longAt(time.key(), 11), only(WrongTime.class).epoch());
    }

    @Test
    void aSnapshotOfNoCommitIsFound() {
        Row row = bench.rows(Table.COMMITS, new byte[] {'s', 0, 1}).get(0);
        bench.plantSingle(Table.COMMITS, 'C', row.key(), CommitCodec.encode(new Snapshot("now", 99, TestDrive.START, false)));
        assertEquals("now", only(LostSnapshot.class).name());
    }

    @Test
    void changeRecordsOfNoCommitAreAWarning() {
        bench.put(Table.CHANGES, KeyBytes.join(KeyBytes.join(new byte[] {0, 1}, 77), new byte[] {1, 0}), new byte[0]);
        assertEquals(77, only(StrayChange.class).epoch());
    }

    @Test
    void aWrongCounterIsAWarning() {
        bench.plantSingle(Table.META, 'M', new byte[] {'v', 0, 1}, new byte[] {1, 100, 2, 1});
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
        bench.plantSingle(Table.META, 'M', counters, new io.amberfs.codec.Out(24).u8(1).varint(2).varint(files).varint(bytes).toBytes());
        assertEquals(2, only(WrongCounter.class).found());
    }

    @Test
    void aLostSessionIsFoundByTheRowsThatWereSealedInIt() {
        bench.delete(Table.META, bench.rows(Table.META, new byte[] {'s'}).get(0).key());
        List<Finding> found = bench.check();
        assertFalse(bench.verdict.isSound());
        assertTrue(found.stream().allMatch(finding -> finding instanceof DamagedRow || finding instanceof StrayIndex || finding instanceof NamelessInode), found.toString());
    }

    private static byte[] commitKey(long epoch) {
        return KeyBytes.join(new byte[] {'c', 0, 1}, epoch);
    }
}
