package io.amberfs.daemon;

import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.history.Instants;
import io.amberfs.model.Attr;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ls} and {@code cat}: looks at the tree of the present or of an instant. Thread-safe. */
final class TreeRequests {
    private static final int READ = 128 << 10;

    private final Drive drive;
    private final DrivePaths paths;
    private final Instants instants;

    TreeRequests(OpenDrive open, DrivePaths paths) {
        drive = open.drive();
        instants = open.instants();
        this.paths = paths;
    }

    Map<String, Object> list(Request request, Reply reply) {
        Node node = find(request);
        Attr attr = drive.attr(node);
        if (!Mode.isDirectory(attr.mode())) {
            List<Name> names = DrivePaths.names(request.path("path"));
            reply.event(entry(names.get(names.size() - 1).bytes(), node, attr));
            return Map.of("entries", 1);
        }
        List<Name> names = names(drive, node);
        names.sort((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
        int count = 0;
        for (Name name : names) {
            if (reply.cancelled()) {
                break;
            }
            Node child = drive.lookup(node, name);
            reply.event(entry(name.bytes(), child, drive.attr(child)));
            count++;
        }
        return Map.of("entries", count);
    }

    Map<String, Object> cat(Request request, Reply reply) {
        Node node = find(request);
        if (!Mode.isFile(drive.attr(node).mode())) {
            throw new Refusal(ExitCode.ERROR, "'" + RawText.shown(request.path("path")) + "' is not a regular file");
        }
        long bytes = 0;
        try (FileHandle handle = drive.open(node, false, false, false)) {
            byte[] buffer = new byte[READ];
            int count = READ;
            while (count == READ && !reply.cancelled()) {
                count = handle.read(bytes, READ, (at, source, offset, length) -> System.arraycopy(source, offset, buffer, at, length));
                reply.bytes(buffer, 0, count);
                bytes += count;
            }
        }
        return Map.of("bytes", bytes);
    }

    /** The names in a directory, without "." and "..". */
    static List<Name> names(Drive drive, Node directory) {
        List<Name> names = new ArrayList<>();
        try (DirHandle handle = drive.openDir(directory)) {
            handle.read(2, (name, mode, ino, number, cookie) -> names.add(Name.of(name)));
        }
        return names;
    }

    private Node find(Request request) {
        Optional<String> at = request.optionalText("at");
        if (at.isEmpty()) {
            drive.gather();
        }
        return paths.node(at.map(paths::epoch), request.path("path"), at.orElse(""));
    }

    private Map<String, Object> entry(byte[] name, Node node, Attr attr) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("type", "entry");
        Twin.put(entry, "name", name);
        entry.put("mode", attr.mode());
        entry.put("size", attr.size());
        entry.put("mtime", instants.exact(attr.mtime()));
        entry.put("uid", attr.uid());
        entry.put("gid", attr.gid());
        if (Mode.isLink(attr.mode())) {
            Twin.put(entry, "target", drive.readlink(node));
        }
        return entry;
    }
}
