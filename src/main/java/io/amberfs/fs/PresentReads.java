package io.amberfs.fs;

import io.amberfs.model.Inode;
import io.amberfs.model.Name;
import java.util.List;

/** What is asked of the present by inode: each answer is of before or of after a rollback. Thread-safe; without locks unless one is under way. */
final class PresentReads {
    private final Drive.Parts parts;
    private final Tree tree;
    private final Whole whole;

    PresentReads(Drive.Parts parts, Tree tree) {
        this.parts = parts;
        this.tree = tree;
        whole = parts.whole();
    }

    Node lookup(long dir, Name name) {
        if (!PastNames.isVirtual(name)) {
            return new Node.Present(whole.read(() -> tree.lookup(dir, name)));
        }
        if (dir != Inode.ROOT) {
            whole.read(() -> parts.records().directory(parts.head(), dir));
        }
        return name.is(PastNames.SNAPSHOTS) ? new Node.Snapshots(dir) : new Node.Versions(dir);
    }

    /** As users see it; one that was deleted lately has no link. What leads to the past, the root, can be seen also where the present is torn. */
    Inode inode(long ino) {
        return ino == Inode.ROOT && whole.isTorn() ? find(ino) : whole.read(() -> find(ino));
    }

    private Inode find(long ino) {
        return parts.files().inode(ino).or(() -> parts.records().find(parts.head(), ino)).or(() -> tree.removed().find(ino))
            .orElseGet(() -> parts.records().inode(parts.head(), ino));
    }

    OpenFile open(long ino) {
        whole.requireWhole();
        OpenFile file = tree.open(ino);
        try {
            whole.requireWhole();
        } catch (RuntimeException e) {
            parts.release().accept(file);
            throw e;
        }
        return file;
    }

    byte[] xattr(long ino, byte[] name) {
        return whole.read(() -> tree.xattrs().get(parts.head(), ino, name));
    }

    List<byte[]> xattrs(long ino) {
        return whole.read(() -> tree.xattrs().list(parts.head(), ino));
    }
}
