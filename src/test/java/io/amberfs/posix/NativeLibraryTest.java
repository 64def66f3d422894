package io.amberfs.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

class NativeLibraryTest {
    /** Small, and in the same jar. */
    private static final String RESOURCE = "org/rocksdb/RocksDB.class";

    @TempDir
    private Path temp;
    private final NativeLibrary library = NativeLibrary.in(RocksDB.class, RESOURCE).orElseThrow();

    private static byte[] whole() throws IOException {
        try (var in = RocksDB.class.getResourceAsStream("/" + RESOURCE)) {
            return in.readAllBytes();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(temp)) {
            return walk.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
        }
    }

    @Test
    void itIsUnpackedOnceForItsOwnerAlone() throws IOException {
        Path file = library.kept(temp.resolve("cache")).orElseThrow();
        assertArrayEquals(whole(), Files.readAllBytes(file));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertEquals(Optional.of(file), library.kept(temp.resolve("cache")));
        assertEquals(0, Files.getLastModifiedTime(file).toMillis(), "it was not written again");
        assertEquals(List.of(file), files());
    }

    @Test
    void aDamagedCopyAndWhatADeadProcessLeftAreReplaced() throws IOException {
        Path file = library.kept(temp.resolve("cache")).orElseThrow();
        byte[] damaged = whole();
        damaged[damaged.length / 2] ^= 1;
        Files.write(file, damaged);
        Files.write(file.resolveSibling("RocksDB.class.new"), new byte[] {1, 2, 3});
        Object before = Files.getAttribute(file, "unix:ino");
        assertEquals(Optional.of(file), library.kept(temp.resolve("cache")));
        assertArrayEquals(whole(), Files.readAllBytes(file));
        assertNotEquals(before, Files.getAttribute(file, "unix:ino"), "a file that a running process may have mapped is not written to");
        assertEquals(List.of(file), files());
    }

    @Test
    void whereOthersCanWriteNothingIsLoadedFrom() throws IOException {
        Path open = Files.createDirectory(temp.resolve("open"));
        library.kept(open).orElseThrow();
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(Optional.empty(), library.kept(open));
    }

    @Test
    void aFileThatOthersCanWriteToIsReplaced() throws IOException {
        Path file = library.kept(temp.resolve("cache")).orElseThrow();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(Optional.of(file), library.kept(temp.resolve("cache")));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aLinkIsReplacedAndNotFollowed() throws IOException {
        Path file = library.kept(temp.resolve("cache")).orElseThrow();
        Path elsewhere = Files.move(file, temp.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertEquals(Optional.of(file), library.kept(temp.resolve("cache")));
        assertTrue(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void withoutAHomeACopyIsDeletedOnceItIsLoaded() throws IOException {
        List<Path> loaded = new ArrayList<>();
        library.load(Map.of(), file -> {
            assertTrue(Files.exists(file));
            loaded.add(file);
        });
        assertEquals(1, loaded.size());
        assertFalse(Files.exists(loaded.get(0).getParent()));
    }

    @Test
    void whatCannotBeRunFromTheHomeIsLoadedFromElsewhere() throws IOException {
        List<Path> loaded = new ArrayList<>();
        library.load(Map.of("HOME", temp.toString()), file -> {
            loaded.add(file);
            if (file.startsWith(temp)) {
                throw new UnsatisfiedLinkError("noexec");
            }
        });
        assertEquals(2, loaded.size());
        assertTrue(loaded.get(0).startsWith(temp.resolve(".cache/amberfs")));
        assertFalse(Files.exists(loaded.get(1)));
    }

    @Test
    void whatNoJarHoldsIsNotThere() {
        assertEquals(Optional.empty(), NativeLibrary.in(RocksDB.class, "org/rocksdb/none.so"));
        assertEquals(Optional.empty(), NativeLibrary.in(NativeLibrary.class, "io/amberfs/store/NativeLibrary.class"));
    }
}
