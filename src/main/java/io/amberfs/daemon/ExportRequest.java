package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.Body;
import io.amberfs.model.Extent;
import io.amberfs.model.Fault;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Xattr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Streams a subtree of the past: what {@code restore --to} writes. An {@code entry} event for each inode, a directory before what is in it; {@code data} events followed
 * by their bytes, then
 * {@code end}, for a file that has contents; {@code leave} behind a directory. A file that cannot be read gets a {@code damaged} event. Thread-safe: each run has its own state.
 */
final class ExportRequest {
    private static final int READ = 256 << 10;

    private final Drive drive;
    private final DrivePaths paths;

    ExportRequest(OpenDrive open, DrivePaths paths) {
        drive = open.drive();
        this.paths = paths;
    }

    Map<String, Object> run(Request request, Reply reply) {
        String at = request.text("at");
        long epoch = paths.epoch(at);
        Node.Past top = (Node.Past) paths.node(Optional.of(epoch), request.path("path"), at);
        Run run = new Run(reply);
        run.walk(top, DrivePaths.names(request.path("path")));
        return Map.of("files", run.files, "bytes", run.bytes);
    }

    private record Level(Node.Past node, byte[] path, Deque<Name> left) {
    }

    /** One export; confined to its thread. */
    private final class Run {
        private final Reply reply;
        private final Map<Long, byte[]> linked = new HashMap<>();
        private final byte[] buffer = new byte[READ];
        private long files;
        private long bytes;

        Run(Reply reply) {
            this.reply = reply;
        }

        void walk(Node.Past top, List<Name> from) {
            Deque<Level> open = new ArrayDeque<>();
            entry(top, new byte[0], from.isEmpty() ? Optional.empty() : Optional.of(from.get(from.size() - 1))).ifPresent(open::push);
            while (!open.isEmpty() && !reply.cancelled()) {
                Level level = open.peek();
                if (level.left().isEmpty()) {
                    open.pop();
                    reply.event(pathEvent("leave", level.path()));
                    continue;
                }
                Name name = level.left().pop();
                byte[] path = join(level.path(), name);
                try {
                    entry((Node.Past) drive.lookup(level.node(), name), path, Optional.empty()).ifPresent(open::push);
                } catch (Fault e) {
                    damaged(path, e);
                }
            }
        }

        /** @param name of what is restored itself, which has no path */
        private Optional<Level> entry(Node.Past node, byte[] path, Optional<Name> name) {
            Inode inode = drive.restores().inodeOf(node);
            Map<String, Object> entry = pathEvent("entry", path);
            name.ifPresent(n -> entry.put("name64", Twin.base64(n.bytes())));
            Attr attr = drive.attr(node);
            entry.put("mode", attr.mode());
            entry.put("uid", attr.uid());
            entry.put("gid", attr.gid());
            entry.put("size", attr.size());
            entry.put("mtime", attr.mtime());
            entry.put("atime", attr.atime());
            entry.put("rdev", attr.rdev());
            entry.put("nlink", attr.nlink());
            entry.put("ino", node.ino());
            Map<String, Object> xattrs = new LinkedHashMap<>();
            for (Xattr xattr : drive.restores().xattrsOf(node)) {
                xattrs.put(Twin.base64(xattr.name()), Twin.base64(xattr.value()));
            }
            entry.put("xattrs", xattrs);
            if (Mode.isLink(attr.mode())) {
                entry.put("target64", Twin.base64(drive.readlink(node)));
            }
            boolean again = !inode.isDirectory() && attr.nlink() > 1 && linked.putIfAbsent(node.ino(), path) != null;
            if (again) {
                entry.put("link64", Twin.base64(linked.get(node.ino())));
            }
            reply.event(entry);
            files++;
            if (inode.isFile() && !again) {
                contents(node, path, inode);
            }
            return inode.isDirectory() ? Optional.of(new Level(node, path, new ArrayDeque<>(TreeRequests.names(drive, node)))) : Optional.empty();
        }

        private void contents(Node.Past node, byte[] path, Inode inode) {
            try (FileHandle handle = drive.open(node, false, false, false)) {
                for (long[] range : mapped(node, inode)) {
                    long at = range[0];
                    while (at < range[1] && !reply.cancelled()) {
                        int count = handle.read(at, (int) Math.min(READ, range[1] - at), (to, source, offset, length) -> System.arraycopy(source, offset, buffer, to, length));
                        reply.event(new LinkedHashMap<>(Map.of("type", "data", "offset", at, "length", count)));
                        reply.bytes(buffer, 0, count);
                        at += count;
                        bytes += count;
                    }
                }
                reply.event(new LinkedHashMap<>(Map.of("type", "end")));
            } catch (Fault e) {
                damaged(path, e);
            }
        }

        private void damaged(byte[] path, Fault e) {
            Map<String, Object> event = pathEvent("damaged", path);
            event.put("reason", e.getMessage());
            reply.event(event);
        }

        private Map<String, Object> pathEvent(String type, byte[] path) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("type", type);
            Twin.putBoth(event, "path", path);
            return event;
        }
    }

    /** The stretches of a file that are not holes, joined where they touch. */
    private List<long[]> mapped(Node.Past node, Inode inode) {
        if (inode.body() instanceof Body.Inline inline) {
            return List.of(new long[] {0, Math.min(inode.size(), inline.bytes().length)});
        }
        TreeMap<Long, List<Extent>> regions = new TreeMap<>();
        drive.contents().map().regions(drive.volume().at(node.epoch()), inode.body(), region -> regions.put(region.getKey(), region.getValue()));
        List<long[]> ranges = new ArrayList<>();
        regions.forEach((index, extents) -> {
            for (Extent extent : extents) {
                long start = index * Limits.REGION + extent.offset();
                long end = Math.min(start + extent.length(), inode.size());
                if (!ranges.isEmpty() && ranges.get(ranges.size() - 1)[1] == start) {
                    ranges.get(ranges.size() - 1)[1] = end;
                } else if (start < end) {
                    ranges.add(new long[] {start, end});
                }
            }
        });
        return ranges;
    }

    private static byte[] join(byte[] path, Name name) {
        byte[] joined = new byte[path.length + (path.length == 0 ? 0 : 1) + name.bytes().length];
        System.arraycopy(path, 0, joined, 0, path.length);
        if (path.length > 0) {
            joined[path.length] = '/';
        }
        System.arraycopy(name.bytes(), 0, joined, joined.length - name.bytes().length, name.bytes().length);
        return joined;
    }
}
