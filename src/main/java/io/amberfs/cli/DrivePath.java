package io.amberfs.cli;

import java.nio.file.Path;
import java.util.List;

/** Turns what a user types into a path from the root of the drive, by the text alone: the mount itself is not touched. */
final class DrivePath {
    private DrivePath() {
    }

    /**
     * A path that lies under a mountpoint of the drive, taken from the current directory when it is relative, becomes relative to the drive's root. Any
     * other is a path inside the drive, with or without a slash at its start. The empty path is the root.
     *
     * @return without slashes at its ends; empty for the root
     */
    static String of(String typed, Path directory, List<Path> mountPoints) {
        if (typed.isEmpty()) {
            return "";
        }
        Path absolute = directory.resolve(typed).normalize();
        for (Path mountPoint : mountPoints) {
            if (absolute.startsWith(mountPoint)) {
                return mountPoint.relativize(absolute).toString();
            }
        }
        return Path.of("/", typed).normalize().toString().substring(1);
    }
}
