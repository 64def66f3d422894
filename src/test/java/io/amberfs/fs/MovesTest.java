package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.store.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The modes of rename. */
class MovesTest {
    private final MemoryStore store = new MemoryStore();
    private TestDrive t = new TestDrive(store);

    @AfterEach
    void close() {
        t.close();
    }

    private void rename(String from, String to, RenameMode mode) {
        t.drive.rename(t.parent(from), TestDrive.last(from), t.parent(to), TestDrive.last(to), mode);
    }

    private void exchange(String one, String other) {
        rename(one, other, RenameMode.EXCHANGE);
    }

    private Errno refusal(String from, String to, RenameMode mode) {
        return assertThrows(FsException.class, () -> rename(from, to, mode)).errno();
    }

    private Attr attr(String path) {
        return t.drive.attr(t.at(path));
    }

    @Test
    void twoFilesSwapTheirNames() {
        t.mkdir("/d");
        t.write("/a", "one");
        t.write("/d/b", "two");
        exchange("/a", "/d/b");
        assertEquals("two", t.text("/a"));
        assertEquals("one", t.text("/d/b"));
        assertEquals(3, attr("/").nlink());
        assertEquals(2, attr("/d").nlink());
    }

    @Test
    void aFileAndADirectoryFullOfFilesSwapTheirNamesAndPlaces() {
        t.mkdir("/x");
        t.mkdir("/y");
        t.mkdir("/x/dir");
        t.write("/x/dir/inside", "deep");
        t.write("/y/file", "flat");
        exchange("/x/dir", "/y/file");
        assertEquals("flat", t.text("/x/dir"));
        assertEquals("deep", t.text("/y/file/inside"));
        assertEquals(2, attr("/x").nlink());
        assertEquals(3, attr("/y").nlink());
        t.close();
        t = new TestDrive(store, t.now);
        rename("/y/file", "/back", RenameMode.REPLACE);
        assertEquals("deep", t.text("/back/inside"));
        assertEquals(Errno.EINVAL, refusal("/back", "/back/loop", RenameMode.REPLACE));
    }

    @Test
    void twoDirectoriesSwapTheirPlacesAndKeepWhatIsInThem() {
        t.mkdir("/x");
        t.mkdir("/y");
        t.mkdir("/x/one");
        t.mkdir("/y/two");
        t.mkdir("/y/two/below");
        exchange("/x/one", "/y/two");
        assertEquals(List.of("below"), t.list(t.at("/x/one")));
        assertEquals(List.of(), t.list(t.at("/y/two")));
        assertEquals(3, attr("/x").nlink());
        assertEquals(3, attr("/y").nlink());
    }

    @Test
    void anExchangeSetsCtimeOfBothAndMtimeAndCtimeOfTheirDirectories() {
        t.mkdir("/x");
        t.mkdir("/y");
        t.write("/x/a", "one");
        t.write("/y/b", "two");
        long before = t.now.get();
        long now = t.now.addAndGet(7);
        exchange("/x/a", "/y/b");
        for (String path : List.of("/x", "/y")) {
            assertEquals(List.of(now, now), List.of(attr(path).mtime(), attr(path).ctime()), path);
        }
        for (String path : List.of("/x/a", "/y/b")) {
            assertEquals(List.of(before, now), List.of(attr(path).mtime(), attr(path).ctime()), path);
        }
    }

    @Test
    void anExchangeWithWhatIsNotThereIsRefused() {
        t.write("/a", "one");
        assertEquals(Errno.ENOENT, refusal("/a", "/b", RenameMode.EXCHANGE));
        assertEquals(Errno.ENOENT, refusal("/b", "/a", RenameMode.EXCHANGE));
        assertEquals("one", t.text("/a"));
    }

    @Test
    void anExchangeWithAnAncestorIsRefusedFromBothSides() {
        t.mkdir("/a");
        t.mkdir("/a/b");
        t.write("/a/b/c", "deep");
        for (String below : List.of("/a/b", "/a/b/c")) {
            assertEquals(Errno.EINVAL, refusal("/a", below, RenameMode.EXCHANGE));
            assertEquals(Errno.EINVAL, refusal(below, "/a", RenameMode.EXCHANGE));
        }
        assertEquals("deep", t.text("/a/b/c"));
    }

    @Test
    void anExchangeOfTwoNamesOfOneFileChangesNothing() {
        t.write("/a", "one");
        t.drive.link(t.at("/a"), Node.ROOT, TestDrive.last("b"));
        Attr before = attr("/a");
        t.now.addAndGet(5);
        exchange("/a", "/b");
        assertEquals(before, attr("/a"));
    }

    @Test
    void aNameOfThePastCannotBeExchanged() {
        t.write("/a", "one");
        assertEquals(Errno.EBUSY, refusal("/a", "/.snapshots", RenameMode.EXCHANGE));
        assertEquals(Errno.EBUSY, refusal("/.snapshots", "/a", RenameMode.EXCHANGE));
        t.drive.snapshot("s");
        assertEquals(Errno.EROFS, refusal("/.snapshots/s/a", "/a", RenameMode.EXCHANGE));
        assertEquals(Errno.EROFS, refusal("/a", "/.snapshots/s/a", RenameMode.EXCHANGE));
    }

    @Test
    void aRenameThatMustNotReplaceIsRefusedWhereSomethingStands() {
        t.mkdir("/d");
        t.write("/a", "one");
        t.write("/b", "two");
        assertEquals(Errno.EEXIST, refusal("/a", "/b", RenameMode.NO_REPLACE));
        assertEquals(Errno.EEXIST, refusal("/a", "/d", RenameMode.NO_REPLACE));
        assertEquals(Errno.EEXIST, refusal("/a", "/a", RenameMode.NO_REPLACE));
        assertEquals("two", t.text("/b"));
        rename("/a", "/c", RenameMode.NO_REPLACE);
        assertEquals("one", t.text("/c"));
        assertEquals(List.of("b", "c", "d"), t.list(Node.ROOT));
    }

    @Test
    void aSnapshotKeepsTheNamesFromBeforeAnExchange() {
        t.write("/a", "one");
        t.write("/b", "two");
        t.drive.snapshot("before");
        exchange("/a", "/b");
        t.drive.snapshot("after");
        assertEquals("one", t.text("/.snapshots/before/a"));
        assertEquals("two", t.text("/.snapshots/after/a"));
        assertEquals("one", t.text("/.snapshots/after/b"));
    }
}
