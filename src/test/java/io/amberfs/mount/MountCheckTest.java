package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountCheckTest {
    private static final String MOUNTINFO = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        40 22 0:51 / /home/ann/my\\040drive rw - fuse.amberfs amberfs\\043/srv/store rw,user_id=0
        41 22 0:52 / /mnt rw shared:7 master:2 - tmpfs tmpfs rw
        42 41 0:53 / /mnt rw - fuse.other other rw
        """;

    private static final String SOURCE = "amberfs#/srv/store";

    @TempDir
    Path directory;

    @Test
    void anEmptyDirectoryIsTakenByItsRealPath() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("target")));
        assertEquals(directory.resolve("target").toRealPath(), MountCheck.mountpoint(link, SOURCE, LibC.load()));
    }

    @Test
    void whatIsNotAnEmptyDirectoryIsRefusedWithWhatToDo() throws IOException {
        Files.writeString(directory.resolve("file"), "x");
        assertRefused("does not exist: make it with 'mkdir -p", directory.resolve("missing"));
        assertRefused("is not a directory", directory.resolve("file"));
        assertRefused("is not empty", directory);
    }

    @Test
    void aMountpointBehindASymlinkIsCheckedWhereItReallyIs() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("root"), Path.of("/"));
        try {
            Refusal refusal = assertThrows(Refusal.class, () -> MountCheck.mountpoint(link.resolve("proc"), SOURCE, LibC.load()));
            assertTrue(refusal.getMessage().startsWith("on the mountpoint /proc "), refusal.getMessage());
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void aPlaceWhereSomethingIsMountedIsRefused() {
        assertRefused("is mounted already", Path.of("/proc"));
    }

    @Test
    void theMountTableIsReadWithItsEscapes() {
        MountTable.Line line = MountTable.parse(MOUNTINFO).at(Path.of("/home/ann/my drive")).orElseThrow();
        assertEquals("amberfs#/srv/store", line.source());
        assertEquals(51, line.minor());
        assertTrue(line.isFuse());
    }

    @Test
    void ofSeveralMountsInOnePlaceTheLastIsSeen() {
        assertEquals("fuse.other", MountTable.parse(MOUNTINFO).at(Path.of("/mnt")).orElseThrow().type());
        assertTrue(MountTable.parse(MOUNTINFO).at(Path.of("/mnt/below")).isEmpty());
    }

    @Test
    void othersAreAllowedOnlyByALineOfItsOwn() {
        assertTrue(MountCheck.othersAllowed("# comment\n  user_allow_other \nmount_max = 10\n"));
        assertFalse(MountCheck.othersAllowed("#user_allow_other\n"));
        assertFalse(MountCheck.othersAllowed(""));
    }

    private static void assertRefused(String part, Path mountpoint) {
        Refusal refusal = assertThrows(Refusal.class, () -> MountCheck.mountpoint(mountpoint, SOURCE, LibC.load()));
        assertEquals(ExitCode.ERROR, refusal.code());
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(mountpoint.toString()), refusal.getMessage());
    }
}
