package io.amberfs.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The mounts that the kernel lists; the paths of these tests hold nothing that it would escape. */
final class MountTable {
    private MountTable() {
    }

    /** What is mounted at or under this directory, the deepest first. */
    static List<Path> under(Path directory) {
        try {
            return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().map(line -> Path.of(line.split(" ")[4]))
                .filter(path -> path.startsWith(directory)).sorted(java.util.Comparator.comparingInt(Path::getNameCount).reversed()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
