package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PastFoldersTest {
    private final TestDrive t = new TestDrive(new MemoryStore());

    @AfterEach
    void close() {
        t.close();
    }

    private Errno mkdir(String name) {
        return assertThrows(FsException.class, () -> t.drive.mkdir(t.at("/.snapshots"), Name.of(name), 0755, TestDrive.ROOT)).errno();
    }

    @Test
    void aSnapshotCannotBeCalledLikeATimeOrUnprintably() {
        assertEquals(Errno.EINVAL, mkdir("2031-01-01"));
        assertEquals(Errno.EINVAL, mkdir("9999-01-01"));
        assertEquals(Errno.EEXIST, mkdir("now"));
        assertEquals(Errno.EINVAL, mkdir("a\u0001b"));
        t.mkdir("/.snapshots/mine");
        assertEquals(Errno.EEXIST, mkdir("mine"));
    }

    private void rewritten(byte[] one, byte[] two) {
        t.write("/a", one);
        t.drive.setAttr(t.at("/a"), AttrChange.times(OptionalLong.empty(), OptionalLong.of(7)));
        t.commit(10);
        t.write("/a", two);
        t.drive.setAttr(t.at("/a"), AttrChange.times(OptionalLong.empty(), OptionalLong.of(7)));
        t.commit(10);
        t.drive.setAttr(t.at("/a"), AttrChange.mode(0600));
        t.commit(10);
        assertEquals(List.of("2024-06-18T10:00:10", "2024-06-18T10:00:20"), t.list(t.at("/.versions/a")).stream().filter(name -> name.length() > 2).toList());
        assertArrayEquals(one, t.read("/.versions/a/2024-06-18T10:00:10"));
        assertArrayEquals(two, t.read("/.versions/a/2024-06-18T10:00:20"));
    }

    @Test
    void aVersionOfTheSameSizeAndTimeIsDistinctIfItsContentsAre() {
        rewritten(new byte[] {1}, new byte[] {2});
    }

    @Test
    void aLargeVersionOfTheSameSizeAndTimeIsDistinctIfItsContentsAre() {
        byte[] one = new byte[3 << 20];
        byte[] two = one.clone();
        two[2_000_000] = 1;
        rewritten(one, two);
    }

    @Test
    void aLargeFilePatchedInPlaceWithItsTimeSetBackHasTwoVersions() {
        t.write("/a", new byte[3 << 20]);
        t.drive.setAttr(t.at("/a"), AttrChange.times(OptionalLong.empty(), OptionalLong.of(7)));
        t.commit(10);
        t.now.incrementAndGet();
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            handle.write(2_000_000, new byte[] {1}, 0, 1);
        }
        t.drive.setAttr(t.at("/a"), AttrChange.times(OptionalLong.empty(), OptionalLong.of(7)));
        t.commit(10);
        assertEquals(2, t.list(t.at("/.versions/a")).stream().filter(name -> name.length() > 2).count());
    }

    private void versionsAreThoseOf(String... names) {
        List<String> listed = t.list(t.at("/d/.versions")).stream().filter(name -> !name.startsWith(".")).toList();
        assertEquals(List.of(names), listed);
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            if (listed.contains(name)) {
                assertTrue(t.list(t.at("/d/.versions/" + name)).stream().anyMatch(version -> version.length() > 2), name);
            } else {
                assertEquals(Errno.ENOENT, assertThrows(FsException.class, () -> t.at("/d/.versions/" + name), name).errno());
            }
        }
    }

    @Test
    void versionsListsTheNamesThatItFinds() {
        t.mkdir("/d");
        Node d = t.at("/d");
        t.write("/d/a", "a");
        t.write("/d/b", "b");
        t.mkdir("/d/c");
        t.commit(10);
        t.drive.unlink(d, Name.of("a"));
        t.mkdir("/d/a");
        t.drive.unlink(d, Name.of("b"));
        t.drive.rmdir(d, Name.of("c"));
        t.commit(10);
        versionsAreThoseOf("a", "b");
        t.drive.rmdir(d, Name.of("a"));
        t.write("/d/e", "deleted before it was in a commit");
        t.drive.unlink(d, Name.of("e"));
        t.mkdir("/d/b");
        t.commit(10);
        versionsAreThoseOf("a", "b");
        t.write("/d/f", "not in a commit yet");
        versionsAreThoseOf("a", "b");
        try (FileHandle handle = t.drive.open(t.at("/d/f"), true, false, false)) {
            handle.fsync(false);
        }
        versionsAreThoseOf("a", "b");
        t.commit(10);
        versionsAreThoseOf("a", "b", "f");
    }

    @Test
    void readingAFolderFromItsStartShowsWhatIsThereNow() {
        t.mkdir("/d");
        try (DirHandle handle = t.drive.openDir(t.at("/d"))) {
            for (List<String> expected : Arrays.asList(List.<String>of(), List.of("a"), List.of("a", "b"))) {
                expected.stream().skip(Math.max(0, expected.size() - 1)).forEach(name -> t.write("/d/" + name, name));
                List<String> found = new ArrayList<>();
                handle.read(0, (name, mode, ino, number, cookie) -> found.add(new String(name)));
                assertEquals(expected, found.stream().filter(name -> !name.startsWith(".")).sorted().toList());
            }
        }
    }

    @Test
    void aNameThatIsNoTextMeansNoInstantEvenIfItIsShownLikeOne() {
        t.drive.snapshot("\\xff");
        assertEquals(Errno.ENOENT, assertThrows(FsException.class, () -> t.drive.lookup(new Node.Snapshots(1), Name.of(new byte[] {(byte) 0xff}))).errno());
        assertEquals(Errno.ENOENT, assertThrows(FsException.class, () -> t.drive.rmdir(new Node.Snapshots(1), Name.of(new byte[] {(byte) 0xff}))).errno());
        assertTrue(t.drive.lookup(new Node.Snapshots(1), Name.of("\\xff")) instanceof Node.Past);
    }
}
