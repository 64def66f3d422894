package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.Clock;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** On a real mount of a drive in memory. */
@Timeout(120)
@ParameterizedClass
@EnumSource(Transport.class)
class MountTest {
    @Parameter
    Transport transport;
    @TempDir
    Path directory;

    private final TestDrive t = new TestDrive(new MemoryStore());
    private Path root;
    private TestMount mounted;
    private Mount mount;

    @BeforeEach
    void mount() throws IOException {
        root = Files.createDirectory(directory.resolve("drive"));
        mounted = new TestMount(t, root, transport);
        mount = mounted.mount;
    }

    @AfterEach
    void unmount() throws InterruptedException {
        mounted.end();
    }

    @Test
    void whatIsWrittenIsReadBackThroughTheKernel() throws IOException {
        byte[] bytes = new byte[3_000_001];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(root.resolve("gr\u00fc\u00dfe \ud83d\ude00"), bytes);
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertArrayEquals(bytes, t.read("/gr\u00fc\u00dfe \ud83d\ude00"));
        assertEquals(3_000_001, Files.size(file));
    }

    @Test
    void timesKeepTheirNanoseconds() throws IOException {
        Path file = Files.writeString(root.resolve("a"), "x");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));
        assertEquals(Instant.parse("2001-02-03T04:05:06.123456789Z"), Files.getLastModifiedTime(file).toInstant());
    }

    @Test
    void anUnlinkedOpenFileIsInNoDirectoryAndNoCommitAndLivesUntilItsClose() throws IOException {
        Path file = Files.writeString(root.resolve("a"), "hello");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Files.delete(file);
            long epoch = t.commit(1);
            assertEquals(List.of(), listing(root));
            assertEquals(List.of(), visible(t.list(t.at(epoch, "/"))));
            channel.write(ByteBuffer.wrap("!".getBytes(StandardCharsets.UTF_8)), 5);
            channel.truncate(6);
            ByteBuffer read = ByteBuffer.allocate(10);
            channel.read(read, 0);
            assertEquals("hello!", new String(read.array(), 0, read.position(), StandardCharsets.UTF_8));
            assertEquals(6, channel.size());
        }
    }

    @Test
    void aNameThatIsReplacedWhileOpenIsMissingInNoCommit() throws Exception {
        Files.writeString(root.resolve("a"), "0");
        long first = t.commit(1);
        AtomicBoolean done = new AtomicBoolean();
        Thread committer = new Thread(() -> {
            while (!done.get()) {
                t.commit(1);
            }
        });
        committer.start();
        try {
            for (int i = 1; i <= 300; i++) {
                Files.writeString(root.resolve("new"), Integer.toString(i));
                try (FileChannel open = FileChannel.open(root.resolve("a"))) {
                    Files.move(root.resolve("new"), root.resolve("a"), StandardCopyOption.ATOMIC_MOVE);
                    assertTrue(open.size() > 0);
                }
            }
        } finally {
            done.set(true);
            committer.join();
        }
        long last = t.commit(1);
        assertTrue(last > first + 10, "too few commits fell between the renames to prove anything: " + (last - first));
        for (long epoch = first; epoch <= last; epoch++) {
            List<String> names = visible(t.list(t.at(epoch, "/")));
            assertTrue(names.equals(List.of("a")) || names.equals(List.of("a", "new")), "in commit " + epoch + ": " + names);
        }
        assertEquals("300", t.text("/a"));
    }

    @Test
    void aDirectoryGoesWhileAnUnlinkedFileOfItIsOpen() throws IOException {
        Path inside = Files.createDirectory(root.resolve("d"));
        Path file = Files.writeString(inside.resolve("a"), "hello");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Files.delete(file);
            Files.delete(inside);
            channel.write(ByteBuffer.wrap("J".getBytes(StandardCharsets.UTF_8)), 0);
            ByteBuffer read = ByteBuffer.allocate(5);
            channel.read(read, 0);
            assertEquals("Jello", new String(read.array(), StandardCharsets.UTF_8));
            channel.force(true);
        }
        assertEquals(List.of(), listing(root));
    }

    @Test
    void aUsersOwnFileMayBeNamedLikeAHiddenOne() throws IOException {
        Path file = Files.writeString(root.resolve(".fuse_hidden0000000200000001"), "mine");
        Path other = root.resolve(".fuse_hidden0000000200000002");
        try (FileChannel open = FileChannel.open(file)) {
            Files.move(file, other, StandardCopyOption.ATOMIC_MOVE);
            assertEquals(4, open.size());
        }
        assertEquals("mine", t.text("/.fuse_hidden0000000200000002"));
    }

    @Test
    void theNamesOfAFileAreOneFile() throws IOException {
        Path one = Files.writeString(root.resolve("one"), "before");
        Path two = Files.createLink(Files.createDirectory(root.resolve("d")).resolve("two"), one);
        assertEquals(2, Files.getAttribute(one, "unix:nlink"));
        try (FileChannel open = FileChannel.open(two)) {
            assertEquals("before", Files.readString(two));
            Files.writeString(one, "afterwards");
            assertEquals("afterwards", Files.readString(two));
            assertEquals(10, open.size());
            assertEquals(Files.getAttribute(one, "unix:ino"), Files.getAttribute(two, "unix:ino"));
            Files.delete(one);
            assertEquals(1, Files.getAttribute(two, "unix:nlink"));
        }
    }

    @Test
    void aMappingOfAFileThatIsOpenToAppendWritesWhereItIs() throws Exception {
        Path file = Files.writeString(root.resolve("a"), "0123456789");
        String script = "import mmap, os, sys\n"
            + "fd = os.open(sys.argv[1], os.O_RDWR | os.O_APPEND)\n"
            + "m = mmap.mmap(fd, 10)\n"
            + "m[2:4] = b'xy'\n"
            + "m.flush()\n"
            + "os.write(fd, b'!')\n";
        Process python = new ProcessBuilder("python3", "-c", script, file.toString()).redirectErrorStream(true).start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), output);
        assertEquals("01xy456789!", t.text("/a"));
    }

    @Test
    void anOpenFileOfARemovedDirectoryStillHasItsAttributes() throws Exception {
        Path inside = Files.createDirectory(root.resolve("d"));
        String script = "import os, sys\n"
            + "fd = os.open(sys.argv[1] + '/a', os.O_RDWR | os.O_CREAT, 0o600)\n"
            + "os.unlink(sys.argv[1] + '/a')\n"
            + "os.rmdir(sys.argv[1])\n"
            + "os.fchmod(fd, 0o640)\n"
            + "s = os.fstat(fd)\n"
            + "sys.exit(0 if (s.st_nlink, s.st_mode & 0o777) == (0, 0o640) else str(s))\n";
        Process python = new ProcessBuilder("python3", "-c", script, inside.toString()).redirectErrorStream(true).start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), output);
    }

    @Test
    void whatChangesOtherThanThroughTheKernelIsSeenOnceItIsTold() throws IOException {
        Path file = Files.writeString(root.resolve("a"), "one");
        Path missing = root.resolve("b");
        assertFalse(Files.exists(missing));
        assertEquals(3, Files.size(file));
        assertEquals("one", Files.readString(file));
        t.write("/new", "two and a half");
        t.drive.rename(Node.ROOT, Name.of("new"), Node.ROOT, Name.of("a"), RenameMode.REPLACE);
        t.write("/b", "is there");
        for (String name : List.of("a", "b")) {
            mount.invalidation().entry(Node.ROOT, Name.of(name));
        }
        mount.invalidation().inode(Node.ROOT);
        assertEquals("two and a half", Files.readString(file));
        assertEquals(14, Files.size(file));
        assertEquals("is there", Files.readString(missing));
        t.write("/a", "three");
        mount.invalidation().inode(t.drive.lookup(Node.ROOT, Name.of("a")));
        assertEquals("three", Files.readString(file).substring(0, 5));
    }

    @Test
    void tellingAMountThatHasEndedDoesNothing() throws Exception {
        Files.writeString(root.resolve("a"), "x");
        assertTrue(mount.unmount());
        assertTrue(mount.awaitEnd(20, TimeUnit.SECONDS));
        mount.invalidation().entry(Node.ROOT, Name.of("a"));
        assertEquals("x", t.text("/a"));
    }

    @Test
    void aLargeDirectoryIsListedWholeAndOnce() throws IOException {
        List<String> names = IntStream.range(0, 5000).mapToObj(i -> String.format("%04d", i)).toList();
        names.forEach(name -> t.write("/" + name, ""));
        assertEquals(names, listing(root));
    }

    @Test
    void aNameThatIsNotUtf8LivesOrIsRefused() throws Exception {
        String script = "LC_ALL=C; export LC_ALL; : > \"$1/$(printf 'a\\377')\"";
        Process shell = new ProcessBuilder("sh", "-c", script, "sh", root.toString()).redirectErrorStream(true).start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = shell.waitFor();
        if (transport == Transport.KERNEL) {
            assertEquals(0, code, output);
            assertEquals(0, t.drive.attr(t.drive.lookup(Node.ROOT, Name.of(new byte[] {'a', (byte) 0xff}))).size());
            Process list = new ProcessBuilder("sh", "-c", "ls \"$1\" | od -An -tx1", "sh", root.toString()).start();
            assertEquals("61 ff 0a", new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            assertEquals(0, list.waitFor());
        } else {
            assertTrue(code != 0 && output.contains("multibyte"), output);
            assertEquals(List.of(), listing(root));
        }
    }

    @Test
    void thePastIsEnteredThroughTheMountAndCannotBeChanged() throws IOException {
        Files.writeString(root.resolve("a"), "one");
        Files.createDirectory(root.resolve(".snapshots/before"));
        Files.writeString(root.resolve("a"), "two");
        Path past = root.resolve(".snapshots/before/a");
        assertEquals("one", Files.readString(past));
        try (FileChannel open = FileChannel.open(past)) {
            assertTrue(assertThrows(IOException.class, () -> Files.delete(past)).getMessage().contains("Read-only"));
            assertEquals(3, open.size());
        }
        assertThrows(IOException.class, () -> Files.writeString(past, "x"));
        assertThrows(IOException.class, () -> Files.move(past, root.resolve("b"), StandardCopyOption.ATOMIC_MOVE));
        assertEquals("two", Files.readString(root.resolve("a")));
    }

    @Test
    void aBusyMountIsLeftAloneAndEndsWhenItIsFree() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        mount.onEnd(told::countDown);
        try (FileChannel open = FileChannel.open(Files.writeString(root.resolve("a"), "x"))) {
            assertFalse(mount.unmount());
            assertEquals(1, open.size());
        }
        assertTrue(mount.unmount());
        assertTrue(mount.awaitEnd(20, TimeUnit.SECONDS));
        assertTrue(told.await(20, TimeUnit.SECONDS));
        assertTrue(mount.unmount());
        assertEquals("x", t.text("/a"));
    }

    @Test
    void detachingFreesABusyMountpoint() throws Exception {
        try (FileChannel open = FileChannel.open(Files.writeString(root.resolve("a"), "x"))) {
            mount.detach();
            assertTrue(mount.awaitEnd(20, TimeUnit.SECONDS));
            assertEquals(List.of(), listing(root));
            assertTrue(open.isOpen());
        } catch (IOException e) {
            // The close of a file whose mount is gone may fail; that it is gone is what this is about.
            assertEquals(List.of(), listing(root));
        }
    }

    @Test
    void aPlaceWhereADriveIsMountedIsNotMountedOver() {
        Refusal refusal = assertThrows(Refusal.class, () -> Mount.start(t.drive, TestMount.options(root, transport), Clock.system()));
        assertTrue(refusal.getMessage().contains("is mounted already"), refusal.getMessage());
    }

    private static List<String> listing(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> visible(List<String> names) {
        return names.stream().filter(name -> !name.equals(".") && !name.equals("..")).toList();
    }
}
