package io.amberfs.fs;

import io.amberfs.model.Attr;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares a tree of a drive, of the present or the past, with a model: names, types, contents, attributes, links, xattrs. Confined to one thread. */
final class TreeComparison {
    private final Drive drive;
    private final Map<ModelTree.Item, Node> nodes = new HashMap<>();
    private final boolean withTimes;

    private TreeComparison(Drive drive, boolean withTimes) {
        this.drive = drive;
        this.withTimes = withTimes;
    }

    /** @return what differs first; empty if the trees are equal */
    static Optional<String> difference(Drive drive, Node node, ModelTree model) {
        return new TreeComparison(drive, true).compare("", node, model.root);
    }

    /** As {@link #difference}, but times and what the drive maps are left out. */
    static Optional<String> differenceButTimes(Drive drive, Node node, ModelTree model) {
        return new TreeComparison(drive, false).compare("", node, model.root);
    }

    static void requireEqual(Drive drive, Node node, ModelTree model, String when) {
        difference(drive, node, model).ifPresent(what -> {
            throw new AssertionError(when + ": " + what);
        });
    }

    static List<Listed> list(Drive drive, Node node) {
        List<Listed> listed = new ArrayList<>();
        try (DirHandle handle = drive.openDir(node)) {
            handle.read(0, (name, mode, ino, number, cookie) -> listed.add(new Listed(new String(name, StandardCharsets.UTF_8), mode & Mode.TYPE, ino)));
        }
        return listed;
    }

    record Listed(String name, int type, long ino) {
    }

    static byte[] read(Drive drive, Node node) {
        try (FileHandle handle = drive.open(node, false, false, false)) {
            return read(handle, 0, (int) handle.attr().size() + 1);
        }
    }

    /** Every byte must be given exactly once. */
    static byte[] read(FileHandle handle, long offset, int length) {
        byte[] bytes = new byte[length];
        int[] given = new int[1];
        int count = handle.read(offset, length, (at, source, from, n) -> {
            System.arraycopy(source, from, bytes, at, n);
            given[0] += n;
        });
        if (given[0] != count) {
            throw new AssertionError("a read of " + length + " bytes at " + offset + " gave " + given[0] + " bytes and answered " + count);
        }
        return Arrays.copyOf(bytes, count);
    }

    private Optional<String> compare(String path, Node node, ModelTree.Item item) {
        Node known = nodes.putIfAbsent(item, node);
        if (known != null) {
            return known.equals(node) ? Optional.empty() : Optional.of(path + " is not the same inode as its other name");
        }
        return attributes(path, drive.attr(node), item)
            .or(() -> xattrs(path, node, item))
            .or(() -> item.isFile() ? contents(path, read(drive, node), item.data) : Optional.empty())
            .or(() -> item.type == Mode.LINK ? contents(path, drive.readlink(node), item.data) : Optional.empty())
            .or(() -> item.isDirectory() ? entries(path, node, item) : Optional.empty());
    }

    private Optional<String> attributes(String path, Attr attr, ModelTree.Item item) {
        return same(path, "mode", item.mode(), attr.mode()).or(() -> same(path, "uid", item.uid, attr.uid())).or(() -> same(path, "gid", item.gid, attr.gid()))
            .or(() -> same(path, "nlink", item.nlink, attr.nlink())).or(() -> same(path, "size", item.data.length, attr.size()))
            .or(() -> withTimes ? same(path, "mtime", item.mtime, attr.mtime()).or(() -> same(path, "ctime", item.ctime, attr.ctime()))
                .or(() -> same(path, "atime", item.atime, attr.atime())) : Optional.empty())
            .or(() -> attr.stored() < 0 || attr.stored() > attr.size() ? Optional.of(path + ": " + attr.stored() + " bytes mapped of " + attr.size()) : Optional.empty());
    }

    private static Optional<String> same(String path, String what, long expected, long found) {
        return expected == found ? Optional.empty() : Optional.of(path + ": " + what + " is " + found + ", expected " + expected);
    }

    private Optional<String> xattrs(String path, Node node, ModelTree.Item item) {
        Map<String, byte[]> found = new TreeMap<>();
        drive.xattrs(node).forEach(name -> found.put(new String(name, StandardCharsets.UTF_8), drive.xattr(node, name)));
        if (!found.keySet().equals(item.xattrs.keySet())) {
            return Optional.of(path + ": xattrs " + found.keySet() + ", expected " + item.xattrs.keySet());
        }
        return found.entrySet().stream().filter(x -> !Arrays.equals(x.getValue(), item.xattrs.get(x.getKey()))).findFirst().map(x -> path + ": another value of " + x.getKey());
    }

    private static Optional<String> contents(String path, byte[] found, byte[] expected) {
        int at = Arrays.mismatch(found, expected);
        return at < 0 ? Optional.empty() : Optional.of(path + ": byte " + at + " differs; " + found.length + " bytes, expected " + expected.length);
    }

    private Optional<String> entries(String path, Node node, ModelTree.Item item) {
        Map<String, Listed> found = new TreeMap<>();
        list(drive, node).forEach(entry -> found.put(entry.name(), entry));
        boolean dots = found.remove(".") != null & found.remove("..") != null;
        if (!dots || !found.keySet().equals(item.entries.keySet())) {
            return Optional.of(path + ": lists " + found.keySet() + ", expected " + item.entries.keySet());
        }
        for (Listed entry : found.values()) {
            ModelTree.Item child = item.entries.get(entry.name());
            Node at;
            try {
                at = drive.lookup(node, Name.of(entry.name()));
            } catch (FsException e) {
                return Optional.of(path + "/" + entry.name() + " is listed but " + e.getMessage());
            }
            Optional<String> difference = same(path + "/" + entry.name(), "listed type", child.type, entry.type())
                .or(() -> same(path + "/" + entry.name(), "listed inode", drive.attr(at).ino(), entry.ino())).or(() -> compare(path + "/" + entry.name(), at, child));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }
}
