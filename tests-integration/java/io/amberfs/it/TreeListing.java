package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A tree as text, one line for each entry: type and mode, owner, time to the nanosecond, size, device, contents, link target, which names are one file, xattrs.
 *
 * <ul>
 *   <li>Two trees are the same exactly if their listings are equal.
 *   <li>The size of a directory is the file system's own business and left out; so are access times, which amberfs does not keep.
 * </ul>
 *
 * <p>Immutable.
 */
record TreeListing(Map<String, String> lines) {
    private static final int SHOWN_MAX = 12;

    /** @param inodes whether inode numbers are listed, which only mounts of one store share */
    static TreeListing of(Path tree, Shell shell, boolean inodes) {
        Map<String, String> xattrs = xattrs(tree, shell);
        Map<Object, String> first = new HashMap<>();
        Map<String, String> lines = new TreeMap<>();
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted().toList()) {
                String name = tree.relativize(path).toString();
                Map<String, Object> stat = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
                String group = first.computeIfAbsent(stat.get("ino"), ino -> name);
                lines.put(name, line(path, stat) + (group.equals(name) ? "" : " is " + group) + (inodes ? " ino " + stat.get("ino") : "")
                    + xattrs.getOrDefault(name, ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TreeListing(lines);
    }

    static TreeListing of(Path tree, Shell shell) {
        return of(tree, shell, false);
    }

    /** Asserts that the two are the same, and names what is not. */
    void requireSame(TreeListing actual) {
        List<String> differences = new ArrayList<>();
        lines.forEach((name, line) -> {
            String other = actual.lines.get(name);
            if (!line.equals(other)) {
                differences.add("'" + name + "' was " + line + "\n    and is " + (other == null ? "missing" : other));
            }
        });
        actual.lines.keySet().stream().filter(name -> !lines.containsKey(name)).forEach(name -> differences.add("'" + name + "' is new"));
        assertEquals(List.of(), differences.subList(0, Math.min(SHOWN_MAX, differences.size())), () -> differences.size() + " differences");
    }

    private static String line(Path path, Map<String, Object> stat) throws IOException {
        int mode = (Integer) stat.get("mode");
        boolean directory = (mode & 0170000) == 0040000;
        StringBuilder line = new StringBuilder(String.format("%o %s:%s %d", mode, stat.get("uid"), stat.get("gid"),
            ((FileTime) stat.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS)));
        if (!directory) {
            line.append(" size ").append(stat.get("size")).append(" links ").append(stat.get("nlink"));
        }
        switch (mode & 0170000) {
            case 0100000 -> line.append(" sha ").append(hash(path));
            case 0120000 -> line.append(" to ").append(Files.readSymbolicLink(path));
            case 0020000, 0060000 -> line.append(" device ").append(stat.get("rdev"));
            default -> { }
        }
        return line.toString();
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 17];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As getfattr prints them, per name; names here hold nothing that it would escape. */
    private static Map<String, String> xattrs(Path tree, Shell shell) {
        Map<String, String> found = new HashMap<>();
        String name = "";
        for (String line : shell.bash("cd \"$1\" && getfattr -P -R -h -d -m - -e hex .", tree).ok().split("\n")) {
            if (line.startsWith("# file: ")) {
                name = line.equals("# file: .") ? "" : line.substring("# file: ".length());
            } else if (!line.isBlank()) {
                found.merge(name, " " + line, (a, b) -> Stream.of((a + b).strip().split(" ")).sorted().reduce("", (x, y) -> x + " " + y));
            }
        }
        return found;
    }
}
