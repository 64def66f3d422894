package io.amberfs.check;

import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.Attr;
import io.amberfs.model.Commit;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All that a user can see in a drive that is mounted afresh: the present, each commit, and the snapshots; one line for each file. */
final class Picture {
    private final List<String> lines = new ArrayList<>();
    private final TestDrive t;

    private Picture(TestDrive t) {
        this.t = t;
    }

    static List<String> of(MemoryStore store) {
        try (TestDrive t = new TestDrive(store.copy())) {
            Picture picture = new Picture(t);
            long newest = t.drive.volume().timeline().newest().orElseThrow().epoch();
            t.drive.volume().timeline().snapshots().forEach(snapshot -> picture.lines.add(snapshot.toString()));
            for (long epoch = 1; epoch <= newest; epoch++) {
                Optional<Commit> commit = t.drive.volume().timeline().commit(epoch);
                picture.lines.add("commit " + commit + " found " + commit.flatMap(c -> t.drive.volume().timeline().resolve(c.time())));
                try {
                    picture.walk(epoch + ":", t.drive.resolve(Optional.of(epoch), List.of()));
                } catch (FsException e) {
                    picture.lines.add(epoch + ": cannot be read: " + e.getMessage());
                }
            }
            picture.walk("now:", Node.ROOT);
            return picture.lines;
        }
    }

    /** What one commit shows. */
    static List<String> of(TestDrive t, long epoch) {
        Picture picture = new Picture(t);
        picture.walk("", t.drive.resolve(Optional.of(epoch), List.of()));
        return picture.lines;
    }

    private record Entry(byte[] name, int mode) {
    }

    private void walk(String path, Node node) {
        Attr attr = t.drive.attr(node);
        lines.add(path + " " + new Attr(0, attr.mode(), attr.nlink(), attr.uid(), attr.gid(), attr.size(), attr.stored(), attr.rdev(), attr.atime(), attr.mtime(), attr.ctime(), attr.btime())
            + xattrs(node));
        if (Mode.isFile(attr.mode())) {
            lines.add(path + " holds " + Arrays.hashCode(t.read(node)));
        } else if (Mode.isLink(attr.mode())) {
            lines.add(path + " leads to " + new String(t.drive.readlink(node), StandardCharsets.UTF_8));
        } else if (Mode.isDirectory(attr.mode())) {
            List<Entry> entries = new ArrayList<>();
            try (DirHandle handle = t.drive.openDir(node)) {
                handle.read(2, (name, mode, ino, number, cookie) -> entries.add(new Entry(name, mode)));
            }
            entries.sort(Comparator.comparing(Entry::name, Arrays::compareUnsigned));
            for (Entry entry : entries) {
                String child = path + "/" + new String(entry.name(), StandardCharsets.UTF_8);
                lines.add(child + " type " + entry.mode());
                walk(child, t.drive.lookup(node, Name.of(entry.name())));
            }
        }
    }

    private String xattrs(Node node) {
        List<String> found = new ArrayList<>();
        for (byte[] name : t.drive.xattrs(node)) {
            try {
                found.add(new String(name, StandardCharsets.UTF_8) + "=" + Arrays.toString(t.drive.xattr(node, name)));
            } catch (FsException e) {
                found.add(new String(name, StandardCharsets.UTF_8) + " " + e.errno());
            }
        }
        found.sort(Comparator.naturalOrder());
        return found.toString();
    }
}
