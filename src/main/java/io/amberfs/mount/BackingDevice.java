package io.amberfs.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the kernel reads ahead of a mount and gathers of writes to it (Documentation/ABI/testing/sysfs-class-bdi of Linux). What it gives to a filesystem of a
 * user's own is little: 128 KiB ahead, and a hundredth of the memory that may be dirty. Only root may set it, and not in every container: then it stays as it is.
 * Stateless.
 */
final class BackingDevice {
    static final Path ALL = Path.of("/sys/class/bdi");
    private static final Logger LOG = LoggerFactory.getLogger(BackingDevice.class);
    /** Four requests under way for who reads in order, and a fifth of the memory that may be dirty: 80 MB where there are 2 GiB. */
    private static final Map<String, String> SETTINGS = Map.of("read_ahead_kb", "4096", "max_ratio", "20");

    private BackingDevice() {
    }

    /** @param all the folder of such settings @param mountpoint as the mount table has it; it is not touched */
    static void set(Path all, MountTable table, Path mountpoint) {
        table.at(mountpoint).filter(MountTable.Line::isFuse).ifPresent(line -> SETTINGS.forEach((name, value) -> {
            Path file = all.resolve("0:" + line.minor()).resolve(name);
            try {
                Files.writeString(file, value, StandardOpenOption.WRITE);
            } catch (IOException e) {
                LOG.debug("{} stays as it is: {}", file, e.toString());
            }
        }));
    }
}
