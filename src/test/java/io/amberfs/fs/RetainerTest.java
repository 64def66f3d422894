package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.Point;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.model.Retention;
import io.amberfs.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Thinning as who reads the past notices it. */
class RetainerTest {
    private static final Retention NOTHING = new Retention(0, 0, 0, 0, 0);

    private final MemoryStore store = new MemoryStore();
    private TestDrive t;

    @BeforeEach
    void open() {
        t = new TestDrive(store);
        for (int i = 0; i < 5; i++) {
            t.write("/f", "text " + i);
            t.write("/g" + i, "more");
            t.commit(60);
        }
    }

    @AfterEach
    void close() {
        t.close();
    }

    private List<Long> epochs() {
        return t.drive.volume().timeline().points().stream().map(Point::epoch).toList();
    }

    private long newest() {
        return t.drive.volume().timeline().newestEpoch();
    }

    private long thinAll() {
        t.drive.retainer().retain(NOTHING);
        return t.drive.retainer().thin();
    }

    @Test
    void byDefaultTheLastHourStays() {
        List<Long> before = epochs();
        t.now.addAndGet(Duration.ofMinutes(50).toNanos());
        assertEquals(0, t.drive.retainer().thin());
        assertEquals(before, epochs());
    }

    @Test
    void aSnapshotIsNeverLetGo() {
        t.drive.snapshot("kept");
        long kept = newest();
        t.write("/f", "later");
        t.commit(1);
        assertEquals(newest() - 2, thinAll());
        assertEquals(List.of(kept, newest()), epochs());
        assertEquals("text 4", new String(t.read(t.at(kept, "/f"))));
        t.drive.snapshots().delete("kept");
        assertEquals(1, t.drive.retainer().thin());
        assertEquals(List.of(newest()), epochs());
    }

    @Test
    void whatIsOpenStaysUntilItIsClosed() {
        long epoch = 3;
        try (FileHandle file = t.drive.open(t.at(epoch, "/f"), false, false, false)) {
            thinAll();
            assertEquals(List.of(epoch, newest()), epochs());
            assertEquals("text 1", new String(t.read(file.node())));
        }
        try (DirHandle folder = t.drive.openDir(t.at(epoch, "/"))) {
            t.drive.retainer().thin();
            assertTrue(epochs().contains(epoch));
            List<String> names = new ArrayList<>();
            folder.read(2, (name, mode, ino, number, cookie) -> names.add(new String(name)));
            assertEquals(3, names.size(), names.toString());
        }
        try (Retainer.Stay stay = t.drive.retainer().stay(epoch)) {
            t.drive.retainer().thin();
            assertTrue(epochs().contains(epoch));
        }
        assertEquals(1, t.drive.retainer().thin());
        assertEquals(List.of(newest()), epochs());
    }

    @Test
    void anInstantThatIsGoneIsNeverShownInPart() {
        Node then = t.at(3, "/");
        Node file = t.at(3, "/f");
        thinAll();
        Name name = TestDrive.last("f");
        List<Runnable> calls = List.of(() -> t.drive.lookup(then, name), () -> t.drive.attr(file), () -> t.drive.open(file, false, false, false), () -> t.drive.openDir(then),
            () -> t.drive.xattrs(file), () -> t.drive.retainer().stay(3));
        for (Runnable call : calls) {
            assertEquals(Errno.ESTALE, assertThrows(FsException.class, call::run).errno());
        }
    }

    @Test
    void aTimeThatIsGoneLeadsToTheNewestKeptBeforeIt() {
        t.drive.snapshot("early");
        long early = newest();
        for (int i = 0; i < 4; i++) {
            t.write("/f", "later " + i);
            t.commit(60);
        }
        long asked = t.drive.volume().timeline().commit(newest() - 1).orElseThrow().time();
        thinAll();
        assertEquals(early, t.drive.volume().timeline().resolve(asked).orElseThrow());
    }

    @Test
    void theRuleIsThereAfterReopening() {
        Retention rule = new Retention(1, 2, 3, 4, Retention.FOREVER);
        assertEquals(Retention.DEFAULT, t.drive.volume().retention().orElseThrow());
        t.drive.retainer().retain(rule);
        try (TestDrive again = new TestDrive(store.copy(), t.now)) {
            assertEquals(rule, again.drive.volume().retention().orElseThrow());
        }
    }

    @Test
    void theVersionsOfAFileAreThoseOfKeptCommits() {
        t.drive.snapshot("kept");
        t.write("/f", "later");
        t.commit(60);
        thinAll();
        List<String> contents = new ArrayList<>();
        Node versions = t.drive.lookup(t.drive.lookup(Node.ROOT, TestDrive.last(".versions")), TestDrive.last("f"));
        try (DirHandle handle = t.drive.openDir(versions)) {
            handle.read(2, (name, mode, ino, number, cookie) -> contents.add(new String(t.read(t.drive.lookup(versions, Name.of(name))))));
        }
        assertEquals(List.of("text 4", "later"), contents);
    }
}
