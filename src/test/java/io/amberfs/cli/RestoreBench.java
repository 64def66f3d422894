package io.amberfs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Two directories side by side: a past made with the system's own tools, streamed by the JDK's file classes,
 * and the target; compared with find and getfattr. */
final class RestoreBench {
    final Path past;
    final Path target;
    final List<Map<String, Object>> events = new ArrayList<>();

    RestoreBench(Path base) throws IOException {
        past = Files.createDirectory(base.resolve("past"));
        target = Files.createDirectory(base.resolve("target"));
    }

    static String shell(Path in, String script) {
        try {
            Process process = new ProcessBuilder("bash", "-ec", "umask 022; " + script).directory(in.toFile()).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertEquals(0, process.waitFor(), script + "\n" + out);
            return out;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything one can see of a tree from outside, times of access and change left out. */
    static String look(Path tree) {
        return shell(tree, "find . -printf '%P|%y|%m|%U|%G|%s|%n|%T@|%l|%i\\n' | LC_ALL=C sort | awk -F'|' '{ if ($2==\"d\") $6=$7=\"\"; if (!($10 in first))"
                + " first[$10]=$1; $10=($7>1 ? first[$10] : \"\"); print }';"
                + " find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum; find . -print0 | LC_ALL=C sort -z | xargs -0 -r getfattr -h -d"
                + " -m '^(user|trusted|security.cap|system)' -e hex;"
                + " find . \\( -type b -o -type c \\) -print0 | LC_ALL=C sort -z | xargs -0 -r stat -c '%n %t %T'");
    }

    /** What any write or change of attributes would alter. */
    static String traces(Path tree) {
        return shell(tree, "find . -printf '%P|%i|%C@|%T@\\n' | LC_ALL=C sort");
    }

    RestoreTo.Summary restore(boolean delete, boolean dryRun) throws IOException {
        events.clear();
        try (RestoreTo to = new RestoreTo(target, delete, dryRun, events::add)) {
            stream(to);
            return to.finish();
        }
    }

    List<Object> told(String type) {
        return events.stream().filter(event -> event.get("type").equals(type)).map(event -> event.get("path")).toList();
    }

    /** Sends the whole past; data come in 64 KiB steps, blocks of zeros as holes. */
    void stream(RestoreTo to) throws IOException {
        RestoreStream stream = new RestoreStream(to);
        Map<Object, String> firsts = new HashMap<>();
        Files.walkFileTree(past, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes unused) throws IOException {
                stream.send(entry(dir, firsts));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                Map<String, Object> entry = entry(path, firsts);
                stream.send(entry);
                if (attributes.isRegularFile() && !entry.containsKey("link64")) {
                    contents(path, stream);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) {
                stream.leave(past.relativize(dir).toString());
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void contents(Path path, RestoreStream stream) throws IOException {
        try (FileChannel in = FileChannel.open(path)) {
            for (long at = 0; at < in.size(); at += 65536) {
                ByteBuffer block = ByteBuffer.allocate((int) Math.min(65536, in.size() - at));
                in.read(block, at);
                boolean zero = true;
                for (byte b : block.array()) {
                    zero &= b == 0;
                }
                if (!zero) {
                    stream.data(at, block.array());
                }
            }
        }
        stream.end();
    }

    private Map<String, Object> entry(Path path, Map<Object, String> firsts) throws IOException {
        Map<String, Object> unix = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        String relative = past.relativize(path).toString();
        int mode = (Integer) unix.get("mode");
        Map<String, Object> event = RestoreStream.entry(relative, mode);
        event.put("uid", unix.get("uid"));
        event.put("gid", unix.get("gid"));
        event.put("size", unix.get("size"));
        event.put("mtime", ((FileTime) unix.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS));
        event.put("atime", ((FileTime) unix.get("lastAccessTime")).to(TimeUnit.NANOSECONDS));
        event.put("rdev", unix.get("rdev"));
        event.put("nlink", unix.get("nlink"));
        event.put("ino", unix.get("ino"));
        event.put("xattrs", xattrs(path));
        if (Files.isSymbolicLink(path)) {
            event.put("target64", RestoreStream.base64(Files.readSymbolicLink(path).toString()));
        }
        if ((Integer) unix.get("nlink") > 1 && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            String first = firsts.putIfAbsent(unix.get("ino"), relative);
            if (first != null) {
                event.put("link64", RestoreStream.base64(first));
            }
        }
        return event;
    }

    private Map<String, Object> xattrs(Path path) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (String line : shell(past, "getfattr -h -d -m - -e base64 -- '" + path + "' 2>/dev/null || true").split("\n")) {
            int equals = line.indexOf("=0s");
            if (equals > 0 && !line.startsWith("security.selinux")) {
                out.put(Base64.getEncoder().encodeToString(line.substring(0, equals).getBytes(StandardCharsets.UTF_8)), line.substring(equals + 3));
            }
        }
        return out;
    }
}
