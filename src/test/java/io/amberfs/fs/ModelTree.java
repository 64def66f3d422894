package io.amberfs.fs;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A POSIX tree in memory, as simple as can be: what a drive is compared with. Arrays are replaced, never changed, so that copies share them. Confined to one thread. */
final class ModelTree {
    /** An inode. Identity counts; {@code id} is the same in all copies. */
    static final class Item {
        final long id;
        final int type;
        int permissions;
        int uid;
        int gid;
        int nlink;
        /** Made without a name, and never had one. */
        boolean notYetNamed;
        long atime;
        long mtime;
        long ctime;
        /** Contents of a file, target of a symlink. */
        byte[] data = {};
        Optional<Item> parent = Optional.empty();
        final SortedMap<String, Item> entries = new TreeMap<>();
        final SortedMap<String, byte[]> xattrs = new TreeMap<>();

        Item(long id, int type) {
            this.id = id;
            this.type = type;
        }

        boolean isDirectory() {
            return type == Mode.DIRECTORY;
        }

        boolean isFile() {
            return type == Mode.FILE;
        }

        int mode() {
            return type | permissions;
        }
    }

    Item root;
    long now;
    private long nextId = 1;

    ModelTree(long now) {
        this.now = now;
        root = item(Mode.DIRECTORY, 0755, 0, 0);
        root.nlink = 2;
        root.parent = Optional.of(root);
    }

    /** An independent tree with the same items. */
    ModelTree copy() {
        ModelTree copy = new ModelTree(now);
        copy.nextId = nextId;
        copy.root = copy(root, new HashMap<>());
        copy.root.parent = Optional.of(copy.root);
        return copy;
    }

    private static Item copy(Item item, Map<Item, Item> done) {
        Item known = done.get(item);
        if (known != null) {
            return known;
        }
        Item copy = new Item(item.id, item.type);
        done.put(item, copy);
        copy.permissions = item.permissions;
        copy.uid = item.uid;
        copy.gid = item.gid;
        copy.nlink = item.nlink;
        copy.notYetNamed = item.notYetNamed;
        copy.atime = item.atime;
        copy.mtime = item.mtime;
        copy.ctime = item.ctime;
        copy.data = item.data;
        copy.xattrs.putAll(item.xattrs);
        item.entries.forEach((name, child) -> {
            Item entry = copy(child, done);
            copy.entries.put(name, entry);
            if (entry.isDirectory()) {
                entry.parent = Optional.of(copy);
            }
        });
        return copy;
    }

    Item at(String path) {
        Item at = root;
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                at = child(at, name);
            }
        }
        return at;
    }

    Item parent(String path) {
        return at(path.substring(0, path.lastIndexOf('/')));
    }

    static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static Item child(Item dir, String name) {
        requireDirectory(dir);
        return Optional.ofNullable(dir.entries.get(name)).orElseThrow(() -> new FsException(Errno.ENOENT));
    }

    Item make(String path, int mode, int uid, int gid, byte[] target) {
        Item dir = parent(path);
        requireAbsent(dir, last(path));
        boolean inherit = (dir.permissions & Mode.SETGID) != 0;
        Item item = item(mode & Mode.TYPE, mode & Mode.PERMISSIONS, uid, inherit ? dir.gid : gid);
        item.data = target;
        if (item.isDirectory()) {
            item.permissions |= inherit ? Mode.SETGID : 0;
            item.nlink = 2;
            item.parent = Optional.of(dir);
            dir.nlink++;
        }
        dir.entries.put(last(path), item);
        modified(dir);
        return item;
    }

    /** A file without a name, made for the directory at {@code path}. */
    Item makeNameless(String path, int permissions, int uid, int gid) {
        Item dir = at(path);
        requireDirectory(dir);
        Item item = item(Mode.FILE, permissions, uid, (dir.permissions & Mode.SETGID) != 0 ? dir.gid : gid);
        item.nlink = 0;
        item.notYetNamed = true;
        return item;
    }

    void link(String from, String path) {
        link(at(from), path);
    }

    void link(Item item, String path) {
        Item dir = parent(path);
        requireAbsent(dir, last(path));
        if (item.isDirectory()) {
            throw new FsException(Errno.EPERM);
        } else if (item.nlink == 0 && !item.notYetNamed) {
            throw new FsException(Errno.ENOENT);
        }
        dir.entries.put(last(path), item);
        item.nlink++;
        item.notYetNamed = false;
        item.ctime = now;
        modified(dir);
    }

    void unlink(String path) {
        Item dir = parent(path);
        Item item = child(dir, last(path));
        if (item.isDirectory()) {
            throw new FsException(Errno.EISDIR);
        }
        dir.entries.remove(last(path));
        modified(dir);
        item.nlink--;
        item.ctime = now;
    }

    void rmdir(String path) {
        Item dir = parent(path);
        Item item = child(dir, last(path));
        requireDirectory(item);
        requireEmpty(item);
        dir.entries.remove(last(path));
        dir.nlink--;
        item.nlink = 0;
        modified(dir);
    }

    void rename(String from, String to) {
        rename(from, to, RenameMode.REPLACE);
    }

    void rename(String from, String to, RenameMode mode) {
        Item fromDir = parent(from);
        Item toDir = parent(to);
        Item item = child(fromDir, last(from));
        requireDirectory(toDir);
        Optional<Item> target = Optional.ofNullable(toDir.entries.get(last(to)));
        if (mode == RenameMode.NO_REPLACE && target.isPresent()) {
            throw new FsException(Errno.EEXIST);
        } else if (mode == RenameMode.EXCHANGE && target.isEmpty()) {
            throw new FsException(Errno.ENOENT);
        } else if (target.isPresent() && target.get() == item) {
            return;
        }
        if (item.isDirectory() && isWithin(toDir, item)) {
            throw new FsException(Errno.EINVAL);
        }
        if (mode == RenameMode.EXCHANGE) {
            exchange(fromDir, last(from), item, toDir, last(to), target.get());
            return;
        }
        target.ifPresent(replaced -> replace(item, replaced, toDir));
        fromDir.entries.remove(last(from));
        toDir.entries.put(last(to), item);
        item.ctime = now;
        modified(fromDir);
        modified(toDir);
        if (item.isDirectory()) {
            fromDir.nlink--;
            toDir.nlink++;
            item.parent = Optional.of(toDir);
        }
    }

    private void exchange(Item fromDir, String from, Item item, Item toDir, String to, Item other) {
        if (other.isDirectory() && isWithin(fromDir, other)) {
            throw new FsException(Errno.EINVAL);
        }
        place(fromDir, from, toDir, other);
        place(toDir, to, fromDir, item);
    }

    private void place(Item dir, String name, Item before, Item item) {
        dir.entries.put(name, item);
        item.ctime = now;
        modified(dir);
        if (item.isDirectory()) {
            before.nlink--;
            dir.nlink++;
            item.parent = Optional.of(dir);
        }
    }

    private void replace(Item item, Item replaced, Item dir) {
        if (item.isDirectory() && !replaced.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        } else if (!item.isDirectory() && replaced.isDirectory()) {
            throw new FsException(Errno.EISDIR);
        } else if (replaced.isDirectory()) {
            requireEmpty(replaced);
            replaced.nlink = 0;
            dir.nlink--;
        } else {
            replaced.nlink--;
            replaced.ctime = now;
        }
    }

    void write(Item file, long offset, byte[] bytes) {
        byte[] data = Arrays.copyOf(file.data, (int) Math.max(file.data.length, offset + bytes.length));
        System.arraycopy(bytes, 0, data, (int) offset, bytes.length);
        file.data = data;
        modified(file);
    }

    void truncate(Item file, long size) {
        requireFile(file);
        file.data = Arrays.copyOf(file.data, (int) size);
        modified(file);
    }

    /** Zeros in [start, end), with which the file grows or not. */
    void zero(Item file, long start, long end, boolean grow) {
        byte[] data = Arrays.copyOf(file.data, grow ? (int) Math.max(file.data.length, end) : file.data.length);
        if (start < data.length) {
            Arrays.fill(data, (int) start, (int) Math.min(end, data.length), (byte) 0);
        }
        file.data = data;
        modified(file);
    }

    void allocate(Item file, long end, boolean keepSize) {
        file.data = Arrays.copyOf(file.data, keepSize ? file.data.length : (int) Math.max(file.data.length, end));
        modified(file);
    }

    /** @param within whether the bytes are those of the target itself. @return bytes copied */
    int copy(byte[] source, boolean within, int from, Item target, int to, int length) {
        int count = Math.max(0, Math.min(length, source.length - from));
        if (within && from < to + count && to < from + count) {
            throw new FsException(Errno.EINVAL);
        }
        if (count > 0) {
            write(target, to, Arrays.copyOfRange(source, from, from + count));
        }
        return count;
    }

    void changed(Item item) {
        item.ctime = now;
    }

    static void requireFile(Item item) {
        if (!item.isFile()) {
            throw new FsException(item.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
        }
    }

    /** The path of a directory that has a name. */
    static String pathOf(Item dir) {
        Item parent = dir.parent.orElseThrow();
        if (parent == dir) {
            return "";
        }
        String name = parent.entries.entrySet().stream().filter(entry -> entry.getValue() == dir).findFirst().orElseThrow().getKey();
        return pathOf(parent) + "/" + name;
    }

    private void modified(Item item) {
        item.mtime = now;
        item.ctime = now;
    }

    private Item item(int type, int permissions, int uid, int gid) {
        Item item = new Item(nextId++, type);
        item.permissions = permissions;
        item.uid = uid;
        item.gid = gid;
        item.nlink = 1;
        item.atime = now;
        modified(item);
        return item;
    }

    private static boolean isWithin(Item dir, Item ancestor) {
        Item at = dir;
        while (at != ancestor && at.parent.orElseThrow() != at) {
            at = at.parent.orElseThrow();
        }
        return at == ancestor;
    }

    private static void requireDirectory(Item item) {
        if (!item.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        }
    }

    private static void requireAbsent(Item dir, String name) {
        requireDirectory(dir);
        if (dir.entries.containsKey(name)) {
            throw new FsException(Errno.EEXIST);
        }
    }

    private static void requireEmpty(Item dir) {
        if (!dir.entries.isEmpty()) {
            throw new FsException(Errno.ENOTEMPTY);
        }
    }
}
