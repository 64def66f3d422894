package io.amberfs.it;

import io.amberfs.crypto.Credential;
import io.amberfs.crypto.KeyFile;
import io.amberfs.crypto.StoreHeader;
import io.amberfs.crypto.Unlocked;
import io.amberfs.daemon.DriveService;
import io.amberfs.daemon.OpenDrive;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** A store opened in the test's own process, as commands do when there is no daemon: for tests that open stores by the hundred. Confined to one thread. */
final class OpenedStore implements AutoCloseable {
    /** What stands in a tree for whatever cannot be read. */
    static final String UNREADABLE = "EIO";
    private static final int PIECE = 1 << 20;

    private final OpenDrive open;

    OpenedStore(Path folder, Path keyFile, boolean readOnly, boolean acceptLoss) {
        StoreHeader header = StoreHeader.open(folder);
        try (Credential credential = KeyFile.load(keyFile, header.storeId()).key(); Unlocked unlocked = header.unlock(credential)) {
            open = new OpenDrive(folder, header, unlocked.master().clone(), new OpenDrive.Options(false, readOnly, false, acceptLoss, 0, 0));
        }
    }

    Drive drive() {
        return open.drive();
    }

    long epoch() {
        return open.drive().volume().timeline().newestEpoch();
    }

    /** What was said at opening. */
    List<String> told() {
        return open.findings();
    }

    Optional<Long> snapshot(String name) {
        return open.drive().volume().timeline().snapshot(name).map(snapshot -> snapshot.epoch());
    }

    /** What {@code check --read-data --history} finds. */
    List<String> findings() {
        List<String> findings = new ArrayList<>();
        new DriveService(open, Optional.empty()).call(new Request("check", Map.of("readData", true, "history", true)), new Reply() {
            @Override
            public void event(Map<String, Object> event) {
                if ("finding".equals(event.get("type"))) {
                    findings.add(event.get("kind") + " " + event.get("message"));
                }
            }

            @Override
            public void bytes(byte[] buffer, int offset, int length) {
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        });
        return findings;
    }

    /** Everything in the drive, now or in a commit: path to attributes and a checksum of the contents, or {@link #UNREADABLE}. */
    TreeMap<String, String> tree(Optional<Long> epoch) {
        TreeMap<String, String> tree = new TreeMap<>();
        Node root = epoch.<Node>map(at -> new Node.Past(at, Inode.ROOT)).orElse(Node.ROOT);
        describe("/", root, tree);
        return tree;
    }

    /** The contents of a file in the root; empty if there is none. */
    Optional<byte[]> file(String name) {
        try {
            Node node = drive().lookup(Node.ROOT, Name.of(name));
            byte[] bytes = new byte[Math.toIntExact(drive().attr(node).size())];
            try (FileHandle handle = drive().open(node, false, false, false)) {
                handle.read(0, bytes.length, (to, source, offset, length) -> System.arraycopy(source, offset, bytes, to, length));
            }
            return Optional.of(bytes);
        } catch (FsException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void describe(String path, Node node, TreeMap<String, String> tree) {
        try {
            Attr attr = drive().attr(node);
            tree.put(path, Integer.toOctalString(attr.mode()) + " " + attr.nlink() + " " + attr.uid() + ":" + attr.gid() + " " + attr.size() + " " + attr.mtime()
                + " " + xattrs(node) + " " + contents(node, attr));
            if (Mode.isDirectory(attr.mode())) {
                for (String name : names(node)) {
                    String child = path.equals("/") ? "/" + name : path + "/" + name;
                    try {
                        describe(child, drive().lookup(node, Name.of(name)), tree);
                    } catch (FsException | Fault e) {
                        tree.put(child, unreadable(e));
                    }
                }
            }
        } catch (FsException | Fault e) {
            tree.put(path, unreadable(e));
        }
    }

    /** Any other answer than EIO is no answer to damage. */
    private static String unreadable(RuntimeException e) {
        return e instanceof FsException refused && refused.errno() != Errno.EIO ? refused.errno().name() : UNREADABLE;
    }

    private List<String> names(Node node) {
        List<String> names = new ArrayList<>();
        try (DirHandle handle = drive().openDir(node)) {
            handle.read(2, (name, mode, ino, number, cookie) -> names.add(new String(name, StandardCharsets.UTF_8)));
        }
        return names;
    }

    private String xattrs(Node node) {
        TreeMap<String, Integer> values = new TreeMap<>();
        drive().xattrs(node).forEach(name -> values.put(new String(name, StandardCharsets.UTF_8), Pattern.crc(drive().xattr(node, name))));
        return values.toString();
    }

    private String contents(Node node, Attr attr) {
        if (Mode.isLink(attr.mode())) {
            return new String(drive().readlink(node), StandardCharsets.UTF_8);
        }
        if ((attr.mode() & Mode.TYPE) != Mode.FILE) {
            return "";
        }
        CRC32C crc = new CRC32C();
        byte[] piece = new byte[PIECE];
        try (FileHandle handle = drive().open(node, false, false, false)) {
            int count;
            for (long at = 0; (count = handle.read(at, PIECE, (to, source, offset, length) -> System.arraycopy(source, offset, piece, to, length))) > 0; at += count) {
                crc.update(piece, 0, count);
            }
        }
        return Long.toHexString(crc.getValue());
    }

    @Override
    public void close() {
        open.close();
    }
}
