package io.amberfs.fs;

import io.amberfs.block.Hands;
import io.amberfs.codec.XattrCodec;
import io.amberfs.history.Head;
import io.amberfs.history.Past;
import io.amberfs.model.Body;
import io.amberfs.model.Clock;
import io.amberfs.model.Dirent;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Xattr;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings single inodes of the past back into the present. Each is one change of the head: at no time is a file there in part. Contents are not read or written: the same blocks are
 * named. Called within the gate.
 */
final class TreeRestore {
    private final Drive.Parts parts;
    private final Records records;
    private final Tree tree;
    private final Clock clock;

    TreeRestore(Drive.Parts parts, Tree tree, Clock clock) {
        this.parts = parts;
        this.tree = tree;
        this.clock = clock;
        records = parts.records();
    }

    /**
     * Puts a new file in the place of the one that stands there, as programs that save do: what a kernel still holds of writes to the old one cannot come after it, and other names
     * of that are left alone.
     *
     * @return the inode that now stands there: the one linked to, if there is one, else a new one
     */
    long file(long dir, Name name, Node.Past past, Optional<Long> link) {
        Past view = parts.volume().at(past.epoch());
        Inode then = records.inode(view, past.ino());
        if (then.isDirectory()) {
            throw new FsException(Errno.EISDIR);
        }
        parts.space().require(Tree.NEW_FILE_BYTES);
        tree.names().lock();
        try {
            Inode parent = records.directory(parts.head(), dir);
            Optional<Dirent> present = records.dirent(parts.head(), dir, name.bytes());
            if (present.isPresent() && link.isPresent() && present.get().ino() == link.get()) {
                return link.get();
            }
            return link.isPresent() ? link(dir, parent, name, present, link.get()) : anew(dir, parent, name, present, then, view, past.ino());
        } finally {
            tree.names().unlock();
        }
    }

    /** Attributes of a directory: its names stay. */
    void attributes(long ino, Node.Past past) {
        Past view = parts.volume().at(past.epoch());
        Inode then = records.directory(view, past.ino());
        tree.names().lock();
        try (Head.Change change = parts.head().begin()) {
            Inode now = records.directory(parts.head(), ino);
            putXattrs(change, ino, tree.xattrs().all(parts.head(), ino), tree.xattrs().all(view, past.ino()));
            records.put(change, ino, now.withMode(then.mode()).withOwner(then.uid(), then.gid()).withTimes(then.atime(), then.mtime(), clock.nanos()).withXattrs(then.hasXattrs()));
        } finally {
            tree.names().unlock();
        }
    }

    boolean isSame(long ino, Node.Past past) {
        Past view = parts.volume().at(past.epoch());
        Inode then = records.inode(view, past.ino());
        Inode now = records.inode(parts.head(), ino);
        boolean attributes = then.mode() == now.mode() && then.uid() == now.uid() && then.gid() == now.gid() && then.mtime() == now.mtime() && then.rdev() == now.rdev();
        boolean contents = then.isDirectory() || then.size() == now.size() && parts.contents().map().isSame(view, then.body(), parts.head(), now.body());
        return attributes && contents && Xattrs.areSame(tree.xattrs().all(view, past.ino()), tree.xattrs().all(parts.head(), ino));
    }

    private long link(long dir, Inode parent, Name name, Optional<Dirent> present, long to) {
        long now = clock.nanos();
        try (Tree.Held target = tree.hold(to)) {
            replace(dir, name, present, change -> {
                records.putDirent(change, dir, new Dirent(name.bytes(), to, target.inode().mode() & Mode.TYPE));
                records.put(change, dir, parent.modified(now));
                tree.addLink(change, target, Links.place(dir, name), now);
            });
        }
        return to;
    }

    private long anew(long dir, Inode parent, Name name, Optional<Dirent> present, Inode then, Past view, long pastIno) {
        try (Hands.Held held = parts.sealers().hold()) {
            return made(dir, parent, name, present, then, view, pastIno);
        }
    }

    private long made(long dir, Inode parent, Name name, Optional<Dirent> present, Inode then, Past view, long pastIno) {
        long ino = parts.volume().newIno();
        long now = clock.nanos();
        replace(dir, name, present, change -> {
            putXattrs(change, ino, List.of(), tree.xattrs().all(view, pastIno));
            records.put(change, ino, new Inode(then.mode(), 1, then.uid(), then.gid(), then.size(), then.stored(), then.rdev(), then.atime(), then.mtime(), now, now,
                then.hasXattrs(), dir, name.bytes(), parts.contents().map().copy(view, then.body(), change::put)));
            records.putDirent(change, dir, new Dirent(name.bytes(), ino, then.mode() & Mode.TYPE));
            records.put(change, dir, parent.modified(now));
            parts.volume().count(1, then.isFile() ? then.size() : 0);
        });
        return ino;
    }

    /** One change that also drops the link which {@code present} is. */
    private void replace(long dir, Name name, Optional<Dirent> present, Consumer<Head.Change> work) {
        if (present.isEmpty()) {
            try (Head.Change change = parts.head().begin()) {
                work.accept(change);
            }
            return;
        }
        try (Tree.Held replaced = tree.hold(present.get().ino())) {
            if (replaced.inode().isDirectory()) {
                throw new FsException(Errno.EISDIR);
            }
            try (Head.Change change = parts.head().begin()) {
                work.accept(change);
                tree.dropLink(change, replaced, Links.place(dir, name), clock.nanos());
            }
        }
    }

    private void putXattrs(Head.Change change, long ino, List<Xattr> now, List<Xattr> then) {
        now.forEach(xattr -> change.delete(records.xattrKey(ino, xattr.name())));
        then.forEach(xattr -> change.put(records.xattrKey(ino, xattr.name()), XattrCodec.encode(xattr)));
    }
}
