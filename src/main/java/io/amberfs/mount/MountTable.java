package io.amberfs.mount;

import io.amberfs.model.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is mounted, from /proc/self/mountinfo: reading it touches none of the mounts, not even one whose daemon is dead. Immutable. */
record MountTable(List<Line> lines) {
    /** @param minor number of the device; names the connection of a FUSE mount in /sys/fs/fuse/connections */
    record Line(int minor, Path mountpoint, String type, String source) {
        boolean isFuse() {
            return type.equals("fuse") || type.startsWith("fuse.");
        }
    }

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    static MountTable read() {
        try {
            return parse(RawText.of(Files.readAllBytes(MOUNTINFO)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + MOUNTINFO + ": " + e.getMessage(), e);
        }
    }

    /** Raw text, since others may mount anywhere; what is not UTF-8 is not ours. proc(5): id parent major:minor root mountpoint options [optional fields] - type source options. */
    static MountTable parse(String text) {
        List<Line> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            int separator = line.indexOf(" - ");
            if (separator < 0 || !RawText.isUtf8(line)) {
                continue;
            }
            String[] ahead = line.substring(0, separator).split(" ");
            String[] behind = line.substring(separator + 3).split(" ");
            int minor = Integer.parseInt(ahead[2].substring(ahead[2].indexOf(':') + 1));
            lines.add(new Line(minor, Path.of(unescaped(ahead[4])), behind[0], unescaped(behind[1])));
        }
        return new MountTable(List.copyOf(lines));
    }

    /** What is seen at the path: the last one mounted there. */
    Optional<Line> at(Path mountpoint) {
        return lines.stream().filter(line -> line.mountpoint().equals(mountpoint)).reduce((earlier, later) -> later);
    }

    /** Blank, tab, newline, backslash and # are written as backslash and three octal digits. */
    private static String unescaped(String field) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length()) {
                out.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
