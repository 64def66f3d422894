package io.amberfs.fs;

import io.amberfs.model.Inode;
import io.amberfs.model.Name;
import io.amberfs.model.Xattr;
import java.util.List;
import java.util.Optional;

/** What a restore, in place or elsewhere, asks of a drive. Thread-safe; methods throw as those of {@link Drive} do. */
public final class Restores {
    private final Drive.Parts parts;
    private final Gate gate;
    private final Tree tree;
    private final PastNames past;
    private final Writes writes;
    private final Changeable changeable;
    private final TreeRestore restore;

    Restores(Drive.Parts parts, Gate gate, Tree tree, PastNames past, Writes writes, Changeable changeable, TreeRestore restore) {
        this.parts = parts;
        this.gate = gate;
        this.tree = tree;
        this.past = past;
        this.writes = writes;
        this.changeable = changeable;
        this.restore = restore;
    }

    /** Makes what stands under {@code name} in {@code dir} (nothing, or what is no directory) as {@code past} was, in one step. {@code linkTo}: by a link to that file. */
    public Node file(Node dir, Name name, Node.Past past, Optional<Node> linkTo) {
        long parent = changeable.toAdd(dir, name);
        Optional<Long> link = linkTo.map(changeable::inode);
        try (Gate.Pass pass = gate.enter()) {
            return new Node.Present(restore.file(parent, name, past, link));
        }
    }

    /** Gives a directory the attributes that {@code past} had. */
    public void attributes(Node dir, Node.Past past) {
        long ino = changeable.inode(dir);
        try (Gate.Pass pass = gate.enter()) {
            restore.attributes(ino, past);
        }
    }

    /** Whether contents and attributes are those of {@code past}; of a directory only its attributes. */
    public boolean isAs(Node node, Node.Past past) {
        if (node instanceof Node.Present present) {
            writes.install(present.ino());
            return restore.isSame(present.ino(), past);
        }
        return false;
    }

    /** All extended attributes of an inode of the past. */
    public List<Xattr> xattrsOf(Node.Past past) {
        return tree.xattrs().all(parts.volume().at(past.epoch()), past.ino());
    }

    public Inode inodeOf(Node.Past past) {
        return this.past.inode(past);
    }
}
