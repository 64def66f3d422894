package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.codec.DirentCodec;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.RowKey;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One kind of damage to versioned records each, planted below a drive that is fine. */
class RecordDamageTest {
    private final Victim victim = new Victim();
    private final Bench bench = victim.bench;

    @AfterEach
    void close() {
        victim.close();
    }

    @Test
    void aDamagedInodeIsNamedByItsPath() {
        Row row = bench.inodeRow(bench.ino("/docs/a.txt"));
        bench.flip(Table.LIVE, row, -1);
        DamagedRow found = victim.only(DamagedRow.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(victim.second, found.instants().from());
        assertTrue(found.instants().untilNow());
        assertEquals(TestDrive.START + 20_000_000_000L, found.instants().fromTime().orElseThrow());
    }

    @Test
    void aDamagedDirectoryIsNamedByItsPath() {
        bench.flip(Table.LIVE, bench.inodeRow(bench.ino("/docs/old")), 20);
        assertEquals(List.of("/docs/old"), victim.only(DamagedRow.class).paths());
    }

    @Test
    void aDamagedFileIsNamedByItsBytesThoughTheyAreNotUtf8() {
        Node folder = bench.t.drive.mkdir(bench.t.at("/docs"), Name.of(new byte[] {(byte) 0xff}), 0755, TestDrive.ROOT);
        Node file = bench.t.drive.create(folder, Name.of(new byte[] {'a', (byte) 0xe9}), 0644, TestDrive.ROOT);
        bench.t.commit(10);
        bench.flip(Table.LIVE, bench.inodeRow(((Node.Present) file).ino()), -1);
        assertArrayEquals(new byte[] {'/', 'd', 'o', 'c', 's', '/', (byte) 0xff, '/', 'a', (byte) 0xe9}, RawText.bytes(victim.only(DamagedRow.class).paths().get(0)));
    }

    @Test
    void aDamagedVersionOfThePastHitsItsInstantsOnly() {
        byte[] key = Bench.inodeKey(bench.ino("/docs/a.txt"));
        Row row = bench.rows(Table.PAST, key).get(0);
        bench.flip(Table.PAST, row, -3);
        DamagedRow found = victim.only(DamagedRow.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(victim.first, found.instants().from());
        assertEquals(victim.second, found.instants().until());
    }

    @Test
    void anUnknownVersionByteIsDamageOfThatRow() {
        bench.flip(Table.LIVE, bench.inodeRow(bench.ino("/big")), 8);
        assertEquals(List.of("/big"), victim.only(DamagedRow.class).paths());
    }

    @Test
    void aDamagedEntryIsToldWithItsDirectory() {
        bench.flip(Table.LIVE, bench.live(bench.direntKey(bench.ino("/docs"), "a.txt")), -1);
        DamagedRow found = victim.among(DamagedRow.class, NamelessInode.class);
        assertEquals(List.of("/docs/?"), found.paths());
    }

    @Test
    void aDamagedRegionIsNamedByItsPath() {
        bench.flip(Table.LIVE, bench.rows(Table.LIVE, RowKey.REGION).get(0), -1);
        assertEquals(List.of("/big"), victim.only(DamagedRow.class).paths());
    }

    @Test
    void aLostInodeIsToldByTheEntryThatNamesIt() {
        bench.delete(Table.LIVE, Bench.inodeKey(bench.ino("/docs/a.txt")));
        DanglingEntry found = victim.among(DanglingEntry.class, WrongCounter.class, WrongXattrs.class);
        assertEquals(List.of("/docs/a.txt"), found.paths());
        assertEquals(victim.second, found.instants().from());
    }

    @Test
    void aLostDirectoryDoesNotAccuseEachOfItsEntries() {
        bench.delete(Table.LIVE, Bench.inodeKey(bench.ino("/docs/old")));
        DanglingEntry found = victim.among(DanglingEntry.class, WrongCounter.class);
        assertEquals(List.of("/docs/old"), found.paths());
        assertEquals(1, bench.check().stream().filter(DanglingEntry.class::isInstance).count());
    }

    @Test
    void entriesOfADirectoryThatNeverWasAreFound() {
        byte[] name = "x".getBytes(StandardCharsets.UTF_8);
        bench.plant(bench.t.drive.records().direntKey(900, name), victim.first, DirentCodec.encode(new Dirent(name, bench.ino("/big"), Mode.FILE)));
        MissingDirectory found = victim.among(MissingDirectory.class, WrongLinks.class);
        assertEquals(1, found.entries());
    }

    @Test
    void anEntryOfAnotherTypeIsFound() {
        byte[] name = "big".getBytes(StandardCharsets.UTF_8);
        byte[] key = bench.direntKey(Inode.ROOT, "big");
        bench.plant(key, Bench.from(bench.live(key)), DirentCodec.encode(new Dirent(name, bench.ino("/big"), Mode.FIFO)));
        assertEquals(List.of("/big"), victim.only(DanglingEntry.class).paths());
    }

    @Test
    void aFileThatLostItsOnlyNameIsFound() {
        bench.delete(Table.LIVE, bench.direntKey(Inode.ROOT, "big"));
        NamelessInode found = victim.only(NamelessInode.class);
        assertEquals(List.of(), found.paths());
        assertEquals(1, found.expected());
    }

    @Test
    void aDirectoryThatLostItsNameKnowsItsPath() {
        bench.delete(Table.LIVE, bench.direntKey(bench.ino("/docs"), "old"));
        assertEquals(List.of("/docs/old"), victim.only(NamelessInode.class).paths());
    }

    @Test
    void aNameLostInThePastIsFound() {
        bench.t.drive.unlink(bench.t.at("/docs"), TestDrive.last("small"));
        long third = bench.t.commit(1);
        Row row = bench.rows(Table.PAST, bench.direntKey(bench.ino("/docs"), "small")).get(0);
        bench.delete(Table.PAST, row.key());
        WrongLinks found = victim.only(WrongLinks.class);
        assertEquals(List.of("/docs/old/twin"), found.paths());
        assertEquals(1, found.found());
        assertEquals(2, found.expected());
        assertEquals(third, found.instants().until());
    }

    @Test
    void aWrongLinkCountIsFound() {
        victim.change(bench.ino("/docs/small"), inode -> inode.withLinks(3));
        WrongLinks found = victim.only(WrongLinks.class);
        assertEquals(List.of("/docs/old/twin", "/docs/small"), found.paths());
    }

    @Test
    void aWrongLinkCountOfADirectoryIsAWarning() {
        victim.change(bench.ino("/docs"), inode -> inode.withLinks(7));
        WrongSubdirectories found = victim.only(WrongSubdirectories.class);
        assertEquals(Severity.WARNING, found.severity());
        assertEquals(List.of("/docs"), found.paths());
    }

    @Test
    void aDirectoryThatThinksItIsElsewhereIsFound() {
        victim.change(bench.ino("/docs/old"), inode -> inode.withPlace(Inode.ROOT, "old".getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("/docs/old"), victim.only(Misplaced.class).paths());
    }

    @Test
    void aFileThatThinksItIsElsewhereIsFound() {
        victim.change(bench.ino("/docs/a.txt"), inode -> inode.withPlace(Inode.ROOT, inode.name()));
        assertEquals(List.of("/docs/a.txt"), victim.only(Misplaced.class).paths());
    }

    @Test
    void aNameWithoutItsLinkRowIsFound() {
        Row link = bench.rows(Table.LIVE, RowKey.of(1, RowKey.LINK, bench.ino("/docs/small"))).get(0);
        bench.delete(Table.LIVE, link.key());
        assertEquals(List.of("/docs/old/twin", "/docs/small"), victim.only(Misplaced.class).paths());
    }

    @Test
    void aLinkRowOfNoInodeIsFound() {
        byte[] key = RowKey.link(1, 4711, bench.direntKey(bench.ino("/docs"), "a.txt"));
        bench.plant(key, victim.second, new byte[] {1});
        assertEquals("link of inode 4711", victim.only(StrayLink.class).where());
    }

    @Test
    void directoriesInALoopAreFound() {
        byte[] name = "docs".getBytes(StandardCharsets.UTF_8);
        long docs = bench.ino("/docs");
        long old = bench.ino("/docs/old");
        Row entry = bench.live(bench.direntKey(Inode.ROOT, "docs"));
        bench.delete(Table.LIVE, entry.key());
        bench.plant(bench.direntKey(old, "docs"), Bench.from(entry), bench.open(entry));
        victim.change(docs, inode -> inode.withPlace(old, name));
        victim.change(old, inode -> inode.withLinks(3));
        victim.change(Inode.ROOT, inode -> inode.withLinks(2));
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
        assertEquals(List.of("/docs"), victim.only(MissingVersion.class).paths());
    }

    @Test
    void theRootIsThereFromTheFirstCommitOn() {
        Row first = bench.rows(Table.PAST, Bench.inodeKey(Inode.ROOT)).get(0);
        bench.delete(Table.PAST, first.key());
        MissingVersion found = victim.only(MissingVersion.class);
        assertEquals(List.of("/"), found.paths());
        assertEquals(1, found.instants().from());
    }

    @Test
    void overlappingLifetimesAreFound() {
        Row row = bench.rows(Table.PAST, Bench.inodeKey(bench.ino("/docs/a.txt"))).get(0);
        byte[] key = Bench.keyOfPast(row);
        bench.put(Table.PAST, KeyBytes.join(key, victim.second + 1), row.value());
        WrongLifetime found = (WrongLifetime) bench.check().get(0);
        assertEquals(List.of("/docs/a.txt"), found.paths());
    }

    @Test
    void aRowFromTheFutureIsFound() {
        Row row = bench.live(bench.direntKey(Inode.ROOT, "big"));
        bench.plant(row.key(), 1000, bench.open(row));
        assertEquals(List.of("/big"), victim.among(WrongLifetime.class, NamelessInode.class).paths());
    }

    @Test
    void aRowInThePlaceOfAnotherIsFound() {
        Row big = bench.inodeRow(bench.ino("/big"));
        bench.put(Table.LIVE, Bench.inodeKey(bench.ino("/docs/small")), big.value());
        assertEquals(List.of("/docs/old/twin", "/docs/small"), victim.only(DamagedRow.class).paths());
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
        MissingContents found = victim.only(MissingContents.class);
        assertEquals(List.of("/big"), found.paths());
        assertEquals(3_000_000, found.expected());
    }

    @Test
    void aLostRegionOfThePastIsFound() {
        Row row = bench.rows(Table.PAST, RowKey.REGION).get(0);
        bench.delete(Table.PAST, row.key());
        MissingContents found = victim.only(MissingContents.class);
        assertEquals(List.of("/big"), found.paths());
        assertEquals(victim.first, found.instants().from());
        assertEquals(victim.second, found.instants().until());
    }

    @Test
    void regionsWithoutAnOwnerAreAWarning() {
        Row row = bench.rows(Table.LIVE, RowKey.REGION).get(0);
        bench.plant(RowKey.region(1, 5, 0), Bench.from(row), bench.open(row));
        assertEquals(5, victim.only(UnownedRegions.class).map());
    }

    @Test
    void lostRegionsThatAreMarkedForDeletionAreFine() {
        bench.t.drive.unlink(bench.t.at("/"), TestDrive.last("big"));
        bench.t.drive.sync();
        assertEquals(1, bench.rows(Table.LIVE, RowKey.REAP).size());
        assertEquals(List.of(), bench.check());
        bench.delete(Table.LIVE, bench.rows(Table.LIVE, RowKey.REAP).get(0).key());
        victim.only(UnownedRegions.class);
    }

    @Test
    void aSizeBelowTheContentsIsAWarning() {
        victim.change(bench.ino("/docs/small"), inode -> inode.withContents(3, inode.stored(), inode.body()));
        assertEquals(List.of("/docs/old/twin", "/docs/small"), victim.among(WrongBody.class, WrongCounter.class).paths());
    }

    @Test
    void lostAttributesAreFound() {
        bench.delete(Table.LIVE, bench.rows(Table.LIVE, RowKey.XATTR).get(0).key());
        assertEquals(List.of("/docs/a.txt"), victim.only(WrongXattrs.class).paths());
    }

    @Test
    void attributesThatTheInodeDoesNotKnowOfAreFound() {
        victim.change(bench.ino("/docs/a.txt"), inode -> inode.withXattrs(false));
        assertEquals(List.of("/docs/a.txt"), victim.only(WrongXattrs.class).paths());
    }

    @Test
    void anOrphanThatIsNotMarkedIsAWarning() {
        try (FileHandle handle = bench.t.drive.open(bench.t.at("/big"), true, false, false)) {
            bench.t.drive.unlink(bench.t.at("/"), TestDrive.last("big"));
            bench.t.commit(1);
            assertEquals(List.of(), bench.check());
            bench.delete(Table.LIVE, bench.rows(Table.LIVE, RowKey.ORPHAN).get(0).key());
            victim.only(LeakedInode.class);
        }
    }

    @Test
    void aMarkOnAFileThatHasANameIsAWarning() {
        bench.plant(RowKey.of(1, RowKey.ORPHAN, bench.ino("/big")), victim.second, new byte[] {1});
        assertEquals(List.of("/big"), victim.only(StrayOrphan.class).paths());
    }
}
