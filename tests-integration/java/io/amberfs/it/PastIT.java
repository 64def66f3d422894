package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The past as folders, on a real mount. The tests share a drive; each works in a directory of its own. */
@Timeout(300)
class PastIT {
    private static MountedDrive drive;

    @BeforeAll
    static void mount() {
        drive = MountedDrive.mounted();
    }

    @AfterAll
    static void umount() {
        if (drive != null) {
            drive.close();
        }
    }

    private static void python(String script, Object... arguments) {
        drive.shell().python(script, arguments).ok();
    }

    private static Path directory(String name) throws IOException {
        return Files.createDirectory(drive.at(name));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void thePastIsEnteredInEveryDirectoryAndListedInNone() throws IOException {
        Path deep = Files.createDirectories(drive.at("every/sub/deeper"));
        Files.writeString(deep.resolve("file"), "then");
        drive.snapshot("every");
        Files.writeString(deep.resolve("file"), "now");
        for (Path folder = deep; folder.startsWith(drive.path()); folder = folder.getParent()) {
            String below = folder.relativize(deep).toString();
            assertEquals("then", Files.readString(folder.resolve(".snapshots/every").resolve(below).resolve("file")));
            assertFalse(names(folder).contains(".snapshots"), folder::toString);
            assertFalse(names(folder).contains(".versions"), folder::toString);
        }
        assertThrows(NoSuchFileException.class, () -> names(drive.past("every").resolve(".snapshots")), "inside the past there is no further one");
    }

    @Test
    void everyNameThatIsListedCanBeEntered() throws IOException {
        directory("listed");
        drive.snapshot("listed one");
        drive.snapshot("listed-two");
        List<String> listed = names(drive.at(".snapshots"));
        assertTrue(listed.containsAll(List.of("listed one", "listed-two")), listed::toString);
        for (String name : listed) {
            names(drive.past(name));
            Files.readAttributes(drive.past(name), "unix:*");
        }
    }

    @Test
    void aTimeBeforeTheFirstCommitOrInTheFutureOrNoneAtAllIsNotThere() {
        for (String name : List.of("2001-01-01", "1970-01-01T00:00:01Z", "@GMT-2001.01.01-00.00.00", "2001-01-01_10-10", "3000s-ago", "99d-ago", "2999-01-01",
            "2999-01-01T10:10:10+02:00", "never", "2024-13-01", "2024-02-30", "25:00", "-5min-ago", "10parsec-ago")) {
            assertThrows(NoSuchFileException.class, () -> names(drive.past(name)), name);
        }
    }

    @Test
    void makingAFolderInThePastMakesASnapshotAndRemovingItDeletesItUnlessItIsHeld() throws IOException {
        Path folder = directory("made");
        Files.writeString(folder.resolve("file"), "then");
        Path made = Files.createDirectory(drive.past("by hand"));
        Files.writeString(folder.resolve("file"), "now");
        assertEquals("then", Files.readString(made.resolve("made/file")));
        assertTrue(drive.amberfs("snapshot", "list", "--json").ok().contains("by hand"));
        python("refused(errno.EEXIST, os.mkdir, sys.argv[1])", made);
        drive.amberfs("snapshot", "hold", "by hand").ok();
        python("refused(errno.EBUSY, os.rmdir, sys.argv[1])", made);
        assertEquals("then", Files.readString(made.resolve("made/file")));
        drive.amberfs("snapshot", "release", "by hand").ok();
        Files.delete(made);
        assertThrows(NoSuchFileException.class, () -> names(made));
        assertFalse(drive.amberfs("snapshot", "list", "--json").ok().contains("by hand"));
    }

    @Test
    void everyChangeInThePastIsRefusedAsReadOnly() throws IOException {
        Path folder = directory("read-only");
        python("""
            os.chdir(sys.argv[1])
            write('file', b'file')
            os.mkdir('folder')
            os.symlink('file', 'link')
            os.setxattr('file', 'user.a', b'a')
            """, folder);
        drive.snapshot("read-only");
        python("""
            present = sys.argv[2]
            os.chdir(sys.argv[1])
            def change(call, *arguments, **named):
                refused(errno.EROFS, call, *arguments, **named)
            change(os.open, 'file', os.O_WRONLY)
            change(os.open, 'file', os.O_RDWR)
            change(os.open, 'file', os.O_RDONLY | os.O_TRUNC)
            change(os.open, 'new', os.O_CREAT | os.O_WRONLY)
            change(os.truncate, 'file', 1)
            change(os.unlink, 'file')
            change(os.mkdir, 'new')
            change(os.rmdir, 'folder')
            change(os.mkfifo, 'new')
            change(os.symlink, 'a', 'new')
            change(os.link, 'file', 'new')
            change(os.rename, 'file', 'new')
            change(os.chmod, 'file', 0o600)
            change(os.chown, 'file', 1, 1)
            change(os.utime, 'file', ns=(1, 1))
            change(os.utime, '.', ns=(1, 1))
            change(os.setxattr, 'file', 'user.b', b'b')
            change(os.removexattr, 'file', 'user.a')
            for name in ('.snapshots', '.versions'):
                refused(errno.EBUSY, os.rmdir, present + '/' + name)
                refused(errno.EBUSY, os.rename, present + '/' + name, present + '/other')
                change(os.open, present + '/' + name + '/new', os.O_CREAT | os.O_WRONLY)
            assert read('file') == b'file' and sorted(os.listdir('.')) == ['file', 'folder', 'link']
            """, drive.past("read-only").resolve("read-only"), folder);
    }

    @Test
    void thePastKeepsModesOwnersTimesLinksAndXattrsAsTheyWere() throws IOException {
        Path original = Specimen.make(drive.root().resolve("specimen"), drive.shell());
        Path copy = drive.at("kept");
        drive.shell().run("cp", "-a", original, copy).ok();
        drive.snapshot("kept");
        python("""
            for folder, folders, files in os.walk(sys.argv[1]):
                for name in files + folders:
                    path = os.path.join(folder, name)
                    os.chown(path, 9, 9, follow_symlinks=False)
                    os.utime(path, ns=(1, 1), follow_symlinks=False)
                    if not os.path.islink(path):
                        os.chmod(path, 0o777)
                        for attribute in os.listxattr(path):
                            os.removexattr(path, attribute)
                    if os.path.isfile(path):
                        write(path, b'overwritten')
            """, copy);
        TreeListing.of(original, drive.shell()).requireSame(TreeListing.of(drive.past("kept").resolve("kept"), drive.shell()));
        drive.shell().run("rm", "-rf", copy).ok();
        TreeListing.of(original, drive.shell()).requireSame(TreeListing.of(drive.past("kept").resolve("kept"), drive.shell()));
    }

    /** Each version comes in one step: commits that fall in between find the one before. */
    @Test
    void theVersionsOfAFileAreListedByTheirTimesAndHoldWhatItHeld() throws IOException {
        Path folder = directory("versions");
        Files.move(Files.writeString(drive.at("a new file"), "version 1"), folder.resolve("file"));
        for (int version = 1; version <= 3; version++) {
            Files.writeString(folder.resolve("file"), "version " + version, StandardOpenOption.WRITE);
            drive.snapshot("version-" + version);
        }
        Files.writeString(folder.resolve("other"), "another");
        Path versions = folder.resolve(".versions/file");
        Set<String> contents = new TreeSet<>();
        for (String name : names(versions)) {
            assertTrue(name.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d.*"), name);
            contents.add(Files.readString(versions.resolve(name)));
        }
        assertEquals(3, names(versions).size(), () -> "each distinct version once: " + contents);
        assertEquals(Set.of("version 1", "version 2", "version 3"), contents);
        Files.delete(folder.resolve("file"));
        assertEquals(3, names(versions).size(), "also of a file that is gone");
        drive.snapshot("versions-end");
        assertEquals(List.of("file", "other"), names(folder.resolve(".versions")));
        assertThrows(NoSuchFileException.class, () -> names(folder.resolve(".versions/nothing")));
    }

    @Test
    void aRenamedDirectoryHasItsOwnPastAndANewOneThatOfItsPath() throws IOException {
        Path before = directory("before");
        Files.writeString(before.resolve("file"), "then");
        drive.snapshot("renaming");
        Path after = Files.move(before, drive.at("after"));
        Files.writeString(after.resolve("file"), "now");
        assertEquals("then", Files.readString(after.resolve(".snapshots/renaming/file")));
        Files.createDirectory(before);
        assertEquals("then", Files.readString(before.resolve(".snapshots/renaming/file")));
        Path stranger = directory("stranger");
        assertThrows(NoSuchFileException.class, () -> names(stranger.resolve(".snapshots/renaming")));
        assertEquals(Set.of("before"), names(drive.past("renaming")).stream().filter(Set.of("before", "after", "stranger")::contains).collect(Collectors.toSet()));
    }

    @Test
    void theFilesOfThePastAreOthersThanThoseOfThePresentSoThatTheyCanBeCopiedOverThem() throws IOException {
        Path folder = directory("copied");
        Path file = Files.writeString(folder.resolve("file"), "then");
        drive.snapshot("copied");
        Path past = drive.past("copied").resolve("copied/file");
        assertNotEquals(Files.getAttribute(file, "unix:ino"), Files.getAttribute(past, "unix:ino"), "even while nothing has changed");
        Files.writeString(file, "now");
        drive.shell().run("cp", "-a", past, file).ok();
        assertEquals("then", Files.readString(file));
        Files.writeString(file, "now");
        drive.shell().run("cp", "-aT", past.getParent(), folder).ok();
        assertEquals("then", Files.readString(file));
    }

    @Test
    void thePastIsTheSameAfterARemountWithItsInodeNumbersAndSnapdirVisibleListsIt() throws IOException {
        try (MountedDrive own = MountedDrive.mounted()) {
            Specimen.make(own.at("tree"), own.shell());
            own.snapshot("first");
            own.shell().bash("cd \"$1\"; rm -rf 'folder 1'; echo more >> large; mv 'folder 2' moved; chmod 700 moved", own.at("tree")).ok();
            own.snapshot("second");
            TreeListing first = TreeListing.of(own.past("first"), own.shell(), true);
            TreeListing second = TreeListing.of(own.past("second"), own.shell(), true);
            assertNotEquals(first, second);
            own.remount("--snapdir", "visible");
            first.requireSame(TreeListing.of(own.past("first"), own.shell(), true));
            second.requireSame(TreeListing.of(own.past("second"), own.shell(), true));
            assertEquals(List.of(".snapshots", "tree"), names(own.path()));
            assertFalse(names(own.at("tree")).contains(".snapshots"), "listed in the root alone");
            assertEquals(Map.of("first", 1L, "second", 1L), names(own.at(".snapshots")).stream().filter(Set.of("first", "second")::contains)
                .collect(Collectors.groupingBy(name -> name, Collectors.counting())));
        }
    }

    @Test
    void aSnapshotOfTheVeryMomentIsAConsistentTreeWhileFilesAreWritten() throws IOException {
        Path folder = directory("moment");
        Process writer = drive.shell().start("bash", "-c", "cd \"$0\"; i=0; while :; do i=$((i+1)); echo $i > a.new; mv a.new a; echo $i > b.new; mv b.new b; done", folder);
        try {
            MountedDrive.await("the writer has begun", () -> Files.exists(folder.resolve("b")));
            int different = 0;
            int last = 0;
            for (int round = 0; round < 4; round++) {
                drive.snapshot("moment-" + round);
                Path past = drive.past("moment-" + round).resolve("moment");
                int a = Integer.parseInt(Files.readString(past.resolve("a")).strip());
                int b = Integer.parseInt(Files.readString(past.resolve("b")).strip());
                assertTrue(a == b || a == b + 1, a + " and " + b);
                different += a != last ? 1 : 0;
                last = a;
                assertEquals(a, Integer.parseInt(Files.readString(past.resolve("a")).strip()), "it stays");
            }
            assertTrue(different > 1, "the writer went on meanwhile");
        } finally {
            writer.descendants().forEach(ProcessHandle::destroyForcibly);
            writer.destroyForcibly();
        }
    }

    @Test
    void aFolderOfThePresentThatHoldsFilesIsNotDeletedForItsPast() throws IOException {
        Path folder = directory("holding");
        Files.writeString(folder.resolve("file"), "x");
        assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(folder));
        Files.delete(folder.resolve("file"));
        Files.delete(folder);
    }
}
