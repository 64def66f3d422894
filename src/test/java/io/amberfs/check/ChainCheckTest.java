package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.codec.CommitCodec;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.Retention;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes to history that all rows open after: only the chain of commits tells. */
class ChainCheckTest {
    private final Bench bench = new Bench();

    @BeforeEach
    void live() {
        for (int i = 0; i < 6; i++) {
            bench.t.write("/f", "text " + i);
            bench.t.write("/g" + i, "more");
            bench.t.commit(60);
        }
        assertEquals(List.of(), bench.check(true));
    }

    @AfterEach
    void close() {
        bench.t.close();
    }

    private static byte[] key(char kind, long epoch) {
        return KeyBytes.join(new byte[] {(byte) kind, 0, 1}, epoch);
    }

    private Commit commit(long epoch) {
        return bench.t.drive.volume().timeline().commit(epoch).orElseThrow();
    }

    private void put(Commit commit) {
        bench.plantSingle(Table.COMMITS, 'C', key('c', commit.epoch()), CommitCodec.encode(commit));
    }

    /** The epochs at which the chain is broken, and nothing else is wrong. */
    private List<Long> broken() {
        List<Finding> found = bench.check(true);
        assertTrue(found.stream().allMatch(BrokenChain.class::isInstance), found.toString());
        return found.stream().map(finding -> ((BrokenChain) finding).epoch()).distinct().toList();
    }

    @Test
    void anotherContentOfAFileOfThePastIsFound() {
        byte[] key = Bench.inodeKey(bench.ino("/f"));
        Row row = bench.rows(Table.PAST, key).get(2);
        byte[] inode = bench.open(new Row(key, row.value()));
        inode[inode.length - 1] ^= 1;
        bench.plant(Table.PAST, key, row.key(), Bench.from(row), inode);
        assertEquals(List.of(Bench.from(row)), broken());
    }

    @Test
    void aChangeThatIsNotNotedAnyMoreIsFound() {
        Row change = bench.rows(Table.CHANGES, KeyBytes.join(new byte[] {0, 1}, 4L)).get(0);
        bench.delete(Table.CHANGES, change.key());
        assertEquals(List.of(4L), broken());
    }

    @Test
    void aChangeThatIsSaidToBeOfOthersIsFound() {
        Row change = bench.rows(Table.CHANGES, KeyBytes.join(new byte[] {0, 1}, 4L)).get(0);
        bench.flip(Table.CHANGES, change, 0);
        assertEquals(List.of(4L), broken());
    }

    @Test
    void aCommitWithAnotherTimePredecessorOrSignatureIsFound() {
        Commit commit = commit(3);
        Bytes other = new Bytes(KeyBytes.join(new byte[24], 7L));
        put(new Commit(3, commit.time() + 1, commit.steady(), commit.totals(), commit.previous(), commit.changes(), commit.signature()));
        assertEquals(List.of(3L, 4L), broken());
        put(new Commit(3, commit.time(), commit.steady(), commit.totals(), other, commit.changes(), commit.signature()));
        assertEquals(List.of(3L, 4L), broken());
        put(new Commit(3, commit.time(), commit.steady(), commit.totals(), commit.previous(), other, commit.signature()));
        assertEquals(List.of(3L, 4L), broken());
        put(new Commit(3, commit.time(), commit.steady(), commit.totals(), commit.previous(), commit.changes(), commit(4).signature()));
        assertEquals(List.of(3L), broken());
        put(commit);
        assertEquals(List.of(), broken());
    }

    private Row purged() {
        bench.t.drive.history().purge(TestDrive.names("/f"), "me", false, bench.t.drive.snapshots(), Invalidation.NONE, () -> false);
        assertEquals(List.of(), broken());
        return bench.rows(Table.CHANGES, KeyBytes.join(new byte[] {0, 1}, 4L)).stream().filter(row -> row.value()[0] == 2).findFirst().orElseThrow();
    }

    @Test
    void anotherDigestOfWhatWasPurgedIsFound() {
        bench.flip(Table.CHANGES, purged(), -1);
        assertEquals(List.of(4L), broken());
    }

    @Test
    void aPurgeThatIsNotNotedAnyMoreIsFound() {
        purged();
        bench.delete(Table.COMMITS, key('p', 1));
        assertTrue(broken().contains(4L));
    }

    @Test
    void aDamagedNoteOfAPurgeIsTold() {
        purged();
        bench.flip(Table.COMMITS, bench.rows(Table.COMMITS, new byte[] {'p'}).get(0), -1);
        assertEquals(List.of(DamagedRow.class), bench.check(true).stream().map(Object::getClass).toList());
    }

    @Test
    void theChainGoesThroughCommitsThatWereLetGo() {
        bench.t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
        bench.t.drive.snapshot("kept");
        bench.t.write("/f", "later");
        bench.t.commit(1);
        bench.t.drive.retainer().thin();
        assertEquals(List.of(), broken());
        Row row = bench.rows(Table.COMMITS, new byte[] {'h'}).get(0);
        List<CommitHeader> headers = new ArrayList<>(CommitCodec.decodeHeaders(bench.openSingle('C', row)));
        assertEquals(KeyBytes.longAt(row.key(), 3), headers.size(), "all up to the snapshot");
        CommitHeader third = headers.get(2);
        headers.set(2, new CommitHeader(third.epoch(), third.time() + 1, third.changes()));
        bench.plantSingle(Table.COMMITS, 'C', row.key(), CommitCodec.encode(headers));
        assertEquals(List.of(headers.size() + 1L), broken());
    }

    @Test
    void headersThatAreDamagedAreTold() {
        bench.t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
        bench.t.drive.retainer().thin();
        bench.flip(Table.COMMITS, bench.rows(Table.COMMITS, new byte[] {'h'}).get(0), -1);
        List<Finding> found = bench.check(true);
        assertTrue(found.stream().anyMatch(DamagedRow.class::isInstance), found.toString());
        assertTrue(found.stream().noneMatch(BrokenChain.class::isInstance), found.toString());
    }

    @Test
    void keysThatAreNoneOfAnEpochAreToldAndPassedOver() {
        for (char kind : new char[] {'c', 'h'}) {
            bench.put(Table.COMMITS, new byte[] {(byte) kind, 0, 1, 5}, new byte[0]);
        }
        List<Finding> found = bench.check(true);
        assertEquals(List.of(StrayRow.class, StrayRow.class), found.stream().map(Object::getClass).toList());
    }
}
