package io.amberfs.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What a tree must hold in which several threads work.
 *
 * <ul>
 *   <li>A name is used under its lock ({@link #lock}), two names in the order of their locks; what a node holds, which may have several names, under the node's monitor.
 *   <li>{@link #still} is held shared by whoever works on names, and alone by whoever moves folders or wants the whole tree at one moment. It comes first.
 * </ul>
 */
final class SharedTree {
    static final int FOLDERS = 8;
    static final int NAMES = 24;

    /** A file or a symbolic link. Its bytes are never changed, only replaced, so that a snapshot of the tree can keep them. */
    static final class Node {
        byte[] bytes = {};
        int mode = 0644;
        int links = 1;
        final boolean isLink;

        Node(boolean isLink) {
            this.isLink = isLink;
        }
    }

    /** A folder that lives as long as the tree, by whatever name. */
    final class Folder {
        private final Map<String, Node> nodes = new ConcurrentHashMap<>();
        private Folder parent;
        private String name;

        Path path() {
            return parent == null ? root : parent.path().resolve(name);
        }

        boolean isWithin(Folder other) {
            return this == other || parent != null && parent.isWithin(other);
        }

        boolean isRoot() {
            return parent == null;
        }

        Map<String, Node> nodes() {
            return nodes;
        }

        /** Only with {@link #still} held alone. */
        void move(Folder to, String as) {
            parent = to;
            name = as;
        }
    }

    /** A name in a folder, whatever is there. */
    record Place(Folder folder, String name, int lock) {
        Path path() {
            return folder.path().resolve(name);
        }

        Node node() {
            return folder.nodes().get(name);
        }

        void set(Node node) {
            folder.nodes().put(name, node);
        }

        void clear() {
            folder.nodes().remove(name);
        }
    }

    final ReentrantReadWriteLock still = new ReentrantReadWriteLock();
    private final Path root;
    private final List<Folder> folders = new ArrayList<>();
    private final Lock[] locks = new Lock[FOLDERS * NAMES];

    SharedTree(Path root) {
        this.root = root;
        for (int i = 0; i < FOLDERS; i++) {
            folders.add(new Folder());
            if (i > 0) {
                folders.get(i).move(folders.get((i - 1) / 2), "folder" + i);
            }
        }
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    List<Folder> folders() {
        return folders;
    }

    Place place(int folder, int name) {
        return new Place(folders.get(folder), "name" + name, folder * NAMES + name);
    }

    void lock(Place one, Place other) {
        locks[Math.min(one.lock, other.lock)].lock();
        locks[Math.max(one.lock, other.lock)].lock();
    }

    void unlock(Place one, Place other) {
        locks[one.lock].unlock();
        locks[other.lock].unlock();
    }

    /** The bytes of each path relative to the root, those of a symbolic link behind {@code "-> "}; null for a folder. Only with {@link #still} held alone. */
    Map<String, byte[]> all() {
        Map<String, byte[]> all = new HashMap<>();
        for (Folder folder : folders) {
            Path at = root.relativize(folder.path());
            all.put(at.toString(), null);
            folder.nodes.forEach((name, node) -> all.put(at.resolve(name).toString(), node.bytes));
        }
        return all;
    }
}
