package io.amberfs.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private Path path;
    private Directory directory;

    @BeforeEach
    void open() throws IOException {
        path = Files.createTempDirectory("posix");
        directory = Directory.open(path.toString().getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void remove() throws IOException {
        directory.close();
        try (var all = Files.walk(path)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static void assertErrno(int errno, org.junit.jupiter.api.function.Executable call) {
        assertEquals(errno, assertThrows(PosixException.class, call).errno());
    }

    @Test
    void aMessageNamesTheCallTheObjectAndTheError() {
        PosixException e = assertThrows(PosixException.class, () -> directory.unlink(Name.of("missing")));
        assertEquals("remove missing: No such file or directory (ENOENT)", e.getMessage());
    }

    @Test
    void writtenBytesAreReadBackWhereTheyWerePut() throws IOException {
        try (Descriptor file = directory.create(Name.of("f"))) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(100);
            buffer.put("..hello..".getBytes(StandardCharsets.US_ASCII)).position(2).limit(7);
            file.write(buffer, 5_000_000_000L);
            assertEquals(7, buffer.position());
            file.truncate(5_000_000_010L);
            assertEquals(5_000_000_010L, file.stat().size());
            buffer.clear().position(50);
            assertEquals(9, file.read(buffer, 5_000_000_001L));
            assertEquals('e', buffer.get(50));
            assertEquals(0, buffer.get(54));
            long data = file.nextData(0);
            assertTrue(data > 4_999_000_000L && data <= 5_000_000_000L);
            assertEquals(Long.MAX_VALUE, file.nextData(5_000_000_010L));
        }
    }

    @Test
    void statAgreesWithTheJdk() throws IOException {
        try (Descriptor file = directory.create(Name.of("f"))) {
            file.chmod(04755);
            file.times(-1, -1_500_000_001L);
            FileStat stat = file.stat();
            var unix = Files.readAttributes(path.resolve("f"), "unix:*");
            assertEquals(unix.get("mode"), stat.mode());
            assertEquals(unix.get("ino"), stat.ino());
            assertEquals(unix.get("dev"), stat.device());
            assertEquals(unix.get("nlink"), stat.nlink());
            assertEquals(-1, stat.atime());
            assertEquals(-1_500_000_001L, stat.mtime());
        }
    }

    @Test
    void deviceNumbersAreThoseOfTheCLibrary() throws IOException {
        assumeTrue(Directory.asRoot(), "making a device needs root");
        long rdev = 0x3039L << 8 & 0xfff00L | 0x30 | 0x12345L << 12 & 0xfff00000L;
        directory.makeNode(Name.of("n"), Mode.BLOCK_DEVICE, rdev);
        assertEquals(rdev, directory.stat(Name.of("n")).orElseThrow().rdev());
        assertEquals(Files.getAttribute(path.resolve("n"), "unix:rdev"), rdev);
    }

    @Test
    void nothingIsFollowed() throws IOException {
        directory.makeDirectory(Name.of("d"));
        directory.create(Name.of("f")).close();
        directory.makeLink(Name.of("toDirectory"), "d".getBytes(StandardCharsets.US_ASCII));
        directory.makeLink(Name.of("toFile"), "f".getBytes(StandardCharsets.US_ASCII));
        directory.makeLink(Name.of("toNew"), "new".getBytes(StandardCharsets.US_ASCII));
        assertErrno(PosixException.ENOTDIR, () -> directory.directory(Name.of("toDirectory")));
        assertErrno(PosixException.ELOOP, () -> directory.file(Name.of("toFile")));
        assertErrno(PosixException.EEXIST, () -> directory.create(Name.of("toNew")));
        assertTrue(Mode.isLink(directory.stat(Name.of("toFile")).orElseThrow().mode()));
        try (Descriptor link = directory.entry(Name.of("toFile"))) {
            long before = directory.stat(Name.of("f")).orElseThrow().mtime();
            link.times(1, 2);
            assertEquals(2, link.stat().mtime());
            assertEquals(before, directory.stat(Name.of("f")).orElseThrow().mtime());
            assertTrue(link.xattrNames().isEmpty());
        }
        assertArrayEquals("d".getBytes(StandardCharsets.US_ASCII), directory.linkTarget(Name.of("toDirectory")));
    }

    @Test
    void extendedAttributesOfAnySizeComeBack() throws IOException {
        try (Descriptor file = directory.create(Name.of("f"))) {
            byte[] empty = {};
            byte[] some = "value".getBytes(StandardCharsets.US_ASCII);
            byte[] key = "user.key".getBytes(StandardCharsets.US_ASCII);
            file.setXattr(key, some);
            assertTrue(file.hasXattr(key, some));
            assertFalse(file.hasXattr(key, "valu".getBytes(StandardCharsets.US_ASCII)));
            file.setXattr(key, empty);
            assertTrue(file.hasXattr(key, empty));
            for (int i = 0; i < 40; i++) {
                file.setXattr(("user.a-rather-long-name-of-an-attribute-" + i).getBytes(StandardCharsets.US_ASCII), empty);
            }
            assertEquals(41, file.xattrNames().size());
            file.removeXattr(key);
            assertFalse(file.hasXattr(key, empty));
            assertErrno(PosixException.ENODATA, () -> file.removeXattr(key));
        }
    }

    @Test
    void aListingTellsEveryEntryEachTime() throws IOException {
        Set<Name> made = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            Name name = Name.of("entry-" + i + "-" + "x".repeat(i % 200));
            directory.makeLink(name, new byte[] {'t'});
            made.add(name);
        }
        for (int run = 0; run < 2; run++) {
            Set<Name> told = new HashSet<>();
            directory.list(told::add);
            assertEquals(made, told);
        }
        assertFalse(directory.isEmpty());
    }

    @Test
    void aTrailGoesDeepWithFewDescriptorsAndNoticesASwap() throws IOException {
        try (Trail trail = new Trail(directory)) {
            Name step = Name.of("s");
            long before = descriptors();
            for (int i = 0; i < 300; i++) {
                trail.current().makeDirectory(step);
                trail.enter(step);
            }
            assertTrue(descriptors() - before <= Trail.OPEN_MAX + 1);
            for (int i = 0; i < 100; i++) {
                trail.leave();
                assertEquals(1, count(trail.current()));
            }
            Files.move(path.resolve("s/s"), path.resolve("moved"));
            Files.createDirectory(path.resolve("s/s"));
            for (int i = 0; i < 190; i++) {
                trail.leave();
            }
            assertThrows(PosixException.class, trail::current);
        }
        assertErrno(PosixException.ENOENT, () -> directory.directory(Name.of("nowhere")));
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static int count(Directory directory) throws PosixException {
        int[] count = new int[1];
        directory.list(name -> count[0]++);
        return count[0];
    }
}
