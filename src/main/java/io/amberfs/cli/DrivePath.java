package io.amberfs.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Turns what a user types into a path from the root of the drive, by the text alone: the mount itself is not touched. All text is raw. */
final class DrivePath {
    private DrivePath() {
    }

    /**
     * A path that lies under a mountpoint of the drive, taken from the current directory when it is relative, becomes relative to the drive's root. Any
     * other is a path inside the drive, with or without a slash at its start. The empty path is the root.
     *
     * @param directory   the current one, absolute
     * @param mountPoints absolute
     * @return without slashes at its ends; empty for the root
     */
    static String of(String typed, String directory, List<String> mountPoints) {
        if (typed.isEmpty()) {
            return "";
        }
        String absolute = normal(typed.startsWith("/") ? typed : directory + "/" + typed);
        for (String mountPoint : mountPoints) {
            String root = normal(mountPoint);
            if (absolute.equals(root)) {
                return "";
            } else if (absolute.startsWith(root.isEmpty() ? "" : root + "/")) {
                return absolute.substring(root.isEmpty() ? 0 : root.length() + 1);
            }
        }
        return normal(typed);
    }

    /** As from the root, without slashes at its ends. Nothing leads above the root. */
    private static String normal(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                names.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                names.addLast(part);
            }
        }
        return String.join("/", names);
    }
}
