package io.amberfs.cli;

import io.amberfs.model.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes that keep a mount busy, by the text of their links in /proc.
 *
 * <ul>
 *   <li>The mount itself is never touched: links are read, not followed.</li>
 *   <li>Processes of other users are invisible unless we are root.</li>
 * </ul>
 */
final class Holders {
    /** One process, as in {@code bash (4711)}. */
    record Holder(long pid, String name) {
        @Override
        public String toString() {
            return name + " (" + pid + ")";
        }
    }

    private Holders() {
    }

    /** @param proc where procfs is @param except our own process */
    static List<Holder> of(Path mount, Path proc, long except) {
        List<Holder> holders = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != except && holds(process, mount)) {
                    holders.add(new Holder(pid, name(process)));
                }
            }
        } catch (IOException e) {
            return holders; // no /proc: nothing to tell
        }
        holders.sort(java.util.Comparator.comparingLong(Holder::pid));
        return holders;
    }

    private static boolean holds(Path process, Path mount) {
        return Stream.of("cwd", "root", "exe").anyMatch(link -> isLinkBelow(process.resolve(link), mount)) || hasOpenFile(process, mount) || hasMapping(process, mount);
    }

    private static boolean hasOpenFile(Path process, Path mount) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (isLinkBelow(file, mount)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return false; // another user's, or ended meanwhile
        }
    }

    private static boolean hasMapping(Path process, Path mount) {
        try (Stream<String> lines = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            String below = new String(mount.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1) + "/";
            return lines.anyMatch(line -> line.indexOf(" " + below) >= 0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return false;
        }
    }

    private static boolean isLinkBelow(Path link, Path mount) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.equals(mount.toString()) || target.startsWith(mount + "/");
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Path process) {
        try {
            return Show.text(RawText.of(Files.readAllBytes(process.resolve("comm"))).strip());
        } catch (IOException e) {
            return "process";
        }
    }
}
