package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackingDeviceTest {
    private static final String TABLE = """
        40 30 0:50 / /mnt/drive rw - fuse.amberfs amberfs#/srv/store rw
        41 30 8:51 / /mnt/disk rw - ext4 /dev/sda1 rw
        """;

    @TempDir
    Path all;

    private void set(String mountpoint) {
        BackingDevice.set(all, MountTable.parse(TABLE), Path.of(mountpoint));
    }

    @Test
    void theSettingsOfTheMountAreRaised() throws IOException {
        Path device = Files.createDirectory(all.resolve("0:50"));
        Files.writeString(device.resolve("read_ahead_kb"), "128");
        Files.writeString(device.resolve("max_ratio"), "1");
        set("/mnt/drive");
        assertEquals("4096", Files.readString(device.resolve("read_ahead_kb")));
        assertEquals("20", Files.readString(device.resolve("max_ratio")).strip());
    }

    @Test
    void whereTheyCannotBeSetNothingHappens() throws IOException {
        set("/mnt/drive");
        set("/mnt/nothing");
        Path other = Files.createDirectory(all.resolve("0:51"));
        set("/mnt/disk");
        assertFalse(Files.exists(all.resolve("0:50")));
        try (var files = Files.list(other)) {
            assertEquals(0, files.count());
        }
    }
}
