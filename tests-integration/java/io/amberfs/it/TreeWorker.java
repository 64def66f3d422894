package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.it.SharedTree.Folder;
import io.amberfs.it.SharedTree.Node;
import io.amberfs.it.SharedTree.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One of several threads that work in one tree: each step does one thing to a name or two, to the tree on the drive and to that in memory. Confined to one thread. */
final class TreeWorker {
    private final SharedTree tree;
    private final Random random;

    TreeWorker(SharedTree tree, Random random) {
        this.tree = tree;
        this.random = random;
    }

    void step() throws IOException {
        if (random.nextInt(200) == 0) {
            moveAFolder();
            return;
        }
        Place one = place();
        Place other = place();
        tree.still.readLock().lock();
        tree.lock(one, other);
        try {
            if (one.node() == null) {
                make(one);
            } else if (one.node().isLink) {
                useLink(one);
            } else {
                use(one, other);
            }
        } finally {
            tree.unlock(one, other);
            tree.still.readLock().unlock();
        }
    }

    private Place place() {
        return tree.place(random.nextInt(SharedTree.FOLDERS), random.nextInt(SharedTree.NAMES));
    }

    private byte[] dice() {
        byte[] bytes = new byte[random.nextInt(random.nextInt(30) == 0 ? 300_000 : 12_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void make(Place at) throws IOException {
        assertThrows(NoSuchFileException.class, () -> Files.readAttributes(at.path(), "*", LinkOption.NOFOLLOW_LINKS), () -> at.path() + " was removed");
        Node node = new Node(random.nextInt(6) == 0);
        if (node.isLink) {
            node.bytes = ("-> nowhere/" + random.nextInt()).getBytes(StandardCharsets.UTF_8);
            Files.createSymbolicLink(at.path(), Path.of(text(node).substring(3)));
        } else {
            node.bytes = dice();
            Files.write(at.path(), node.bytes, StandardOpenOption.CREATE_NEW);
        }
        at.set(node);
    }

    private static String text(Node node) {
        return new String(node.bytes, StandardCharsets.UTF_8);
    }

    private void useLink(Place at) throws IOException {
        assertEquals(text(at.node()).substring(3), Files.readSymbolicLink(at.path()).toString());
        if (random.nextBoolean()) {
            remove(at);
        }
    }

    private void use(Place one, Place other) throws IOException {
        switch (random.nextInt(12)) {
            case 0, 1 -> replace(one);
            case 2 -> append(one);
            case 3, 4 -> overwrite(one);
            case 5 -> truncate(one);
            case 6 -> remove(one);
            case 7, 8 -> rename(one, other);
            case 9 -> link(one, other);
            case 10 -> list(one);
            default -> removeWhileOpen(one);
        }
        Node node = one.node();
        if (node != null && !node.isLink) {
            compare(one, node);
        }
    }

    private static void compare(Place at, Node node) throws IOException {
        synchronized (node) {
            assertArrayEquals(node.bytes, Files.readAllBytes(at.path()), () -> at.path().toString());
            Map<String, Object> found = Files.readAttributes(at.path(), "unix:size,nlink");
            assertEquals((long) node.bytes.length, found.get("size"), () -> at.path().toString());
            assertEquals(node.links, found.get("nlink"), () -> at.path().toString());
        }
    }

    private void replace(Place at) throws IOException {
        Node node = at.node();
        byte[] bytes = dice();
        synchronized (node) {
            Files.write(at.path(), bytes, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            node.bytes = bytes;
        }
    }

    private void append(Place at) throws IOException {
        Node node = at.node();
        byte[] bytes = dice();
        synchronized (node) {
            if (node.bytes.length > 1 << 20) {
                return;
            }
            Files.write(at.path(), bytes, StandardOpenOption.APPEND);
            byte[] longer = Arrays.copyOf(node.bytes, node.bytes.length + bytes.length);
            System.arraycopy(bytes, 0, longer, node.bytes.length, bytes.length);
            node.bytes = longer;
        }
    }

    private void overwrite(Place at) throws IOException {
        Node node = at.node();
        byte[] bytes = dice();
        synchronized (node) {
            int from = random.nextInt(node.bytes.length + 1000);
            try (FileChannel channel = FileChannel.open(at.path(), StandardOpenOption.WRITE)) {
                assertEquals(bytes.length, channel.write(ByteBuffer.wrap(bytes), from));
                if (random.nextInt(20) == 0) {
                    channel.force(true);
                }
            }
            byte[] all = Arrays.copyOf(node.bytes, bytes.length == 0 ? node.bytes.length : Math.max(node.bytes.length, from + bytes.length));
            System.arraycopy(bytes, 0, all, bytes.length == 0 ? 0 : from, bytes.length);
            node.bytes = all;
        }
    }

    private void truncate(Place at) throws IOException {
        Node node = at.node();
        synchronized (node) {
            try (FileChannel channel = FileChannel.open(at.path(), StandardOpenOption.WRITE)) {
                int to = random.nextInt(node.bytes.length + 1);
                channel.truncate(to);
                node.bytes = Arrays.copyOf(node.bytes, to);
            }
        }
    }

    private static void remove(Place at) throws IOException {
        Node node = at.node();
        synchronized (node) {
            Files.delete(at.path());
            node.links--;
        }
        at.clear();
    }

    private void removeWhileOpen(Place at) throws IOException {
        Node node = at.node();
        try (FileChannel open = FileChannel.open(at.path(), StandardOpenOption.READ)) {
            remove(at);
            synchronized (node) {
                ByteBuffer found = ByteBuffer.allocate(node.bytes.length + 1);
                while (open.read(found) > 0) {
                    continue;
                }
                assertArrayEquals(node.bytes, Arrays.copyOf(found.array(), found.position()), () -> at.path() + ", which was removed while it was open");
            }
        }
    }

    /** Onto whatever is there; of two names of one file both stay, as rename(2) says. */
    private static void rename(Place from, Place to) throws IOException {
        Node moved = from.node();
        Node replaced = to.node();
        synchronized (replaced == null ? moved : replaced) {
            Files.move(from.path(), to.path(), StandardCopyOption.ATOMIC_MOVE);
            if (moved == replaced) {
                return;
            } else if (replaced != null) {
                replaced.links--;
            }
        }
        from.clear();
        to.set(moved);
        compare(to, moved);
    }

    private static void link(Place from, Place to) throws IOException {
        Node node = from.node();
        if (to.node() != null) {
            assertThrows(FileAlreadyExistsException.class, () -> Files.createLink(to.path(), from.path()));
            return;
        }
        synchronized (node) {
            Files.createLink(to.path(), from.path());
            node.links++;
        }
        to.set(node);
    }

    private static void list(Place at) throws IOException {
        Set<String> names = names(at.folder().path());
        assertTrue(names.contains(at.name()), () -> at.path() + " is not in its listing");
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    /** While nobody else works: then the whole of a listing can be compared too. */
    private void moveAFolder() throws IOException {
        tree.still.writeLock().lock();
        try {
            Folder folder = tree.folders().get(1 + random.nextInt(SharedTree.FOLDERS - 1));
            Folder to = tree.folders().get(random.nextInt(SharedTree.FOLDERS));
            String as = "folder" + random.nextInt(1 << 30);
            Path from = folder.path();
            if (to.isWithin(folder)) {
                assertThrows(IOException.class, () -> Files.move(from, to.path().resolve(as), StandardCopyOption.ATOMIC_MOVE));
            } else {
                Files.move(from, to.path().resolve(as), StandardCopyOption.ATOMIC_MOVE);
                folder.move(to, as);
                assertFalse(Files.exists(from));
            }
            Set<String> names = new HashSet<>(folder.nodes().keySet());
            tree.folders().stream().filter(each -> !each.isRoot() && each.path().getParent().equals(folder.path())).forEach(each -> names.add(each.path().getFileName().toString()));
            assertEquals(names, names(folder.path()));
        } finally {
            tree.still.writeLock().unlock();
        }
    }
}
