package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.model.Clock;
import io.amberfs.model.Dirent;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.util.Optional;

/** Gives inodes of the present other names and places; each rename is one change of the head. Thread-safe, under the lock of the {@link Tree}; its callers are inside the gate. */
final class Moves {
    private final Records records;
    private final Head head;
    private final Tree tree;
    private final Clock clock;

    /** A name in a directory, and the inode there. */
    private record Place(long dir, Name name, Tree.Held held) {
        boolean isDirectory() {
            return held.inode().isDirectory();
        }

        int directories() {
            return isDirectory() ? 1 : 0;
        }
    }

    Moves(Drive.Parts parts, Tree tree, Clock clock) {
        this.tree = tree;
        this.clock = clock;
        records = parts.records();
        head = parts.head();
    }

    void rename(long fromDir, Name from, long toDir, Name to, RenameMode mode) {
        tree.names().lock();
        try {
            records.directory(head, fromDir);
            records.directory(head, toDir);
            long ino = tree.lookup(fromDir, from);
            Optional<Long> target = records.dirent(head, toDir, to.bytes()).map(Dirent::ino);
            if (mode == RenameMode.NO_REPLACE && target.isPresent()) {
                throw new FsException(Errno.EEXIST);
            } else if (mode == RenameMode.EXCHANGE && target.isEmpty()) {
                throw new FsException(Errno.ENOENT);
            } else if (target.isPresent() && target.get() == ino) {
                return;
            }
            try (Tree.Held held = tree.hold(ino)) {
                Place source = new Place(fromDir, from, held);
                requireOutside(toDir, source);
                if (target.isEmpty()) {
                    move(source, toDir, to, Optional.empty());
                    return;
                }
                try (Tree.Held other = tree.hold(target.get())) {
                    Place place = new Place(toDir, to, other);
                    if (mode == RenameMode.EXCHANGE) {
                        requireOutside(fromDir, place);
                        exchange(source, place);
                    } else {
                        requireReplaceable(source, place);
                        move(source, toDir, to, Optional.of(place));
                    }
                }
            }
        } finally {
            tree.names().unlock();
        }
    }

    private void move(Place source, long toDir, Name to, Optional<Place> replaced) {
        long now = clock.nanos();
        int fewer = replaced.map(Place::directories).orElse(0);
        try (Head.Change change = head.begin()) {
            settle(change, source, toDir, to, now);
            records.deleteDirent(change, source.dir(), source.name().bytes());
            changeDirectories(change, source.dir(), -source.directories(), toDir, source.directories() - fewer, now);
            if (replaced.isPresent() && replaced.get().isDirectory()) {
                tree.delete(change, replaced.get().held().ino(), replaced.get().held().inode());
            } else if (replaced.isPresent()) {
                tree.dropLink(change, replaced.get().held(), Links.place(toDir, to), now);
            }
        }
    }

    private void exchange(Place one, Place other) {
        long now = clock.nanos();
        int more = other.directories() - one.directories();
        try (Head.Change change = head.begin()) {
            settle(change, one, other.dir(), other.name(), now);
            settle(change, other, one.dir(), one.name(), now);
            changeDirectories(change, one.dir(), more, other.dir(), -more, now);
        }
    }

    /** Puts an inode under a name. */
    private void settle(Head.Change change, Place moved, long dir, Name name, long now) {
        Inode inode = moved.held().inode().changed(now);
        records.putDirent(change, dir, new Dirent(name.bytes(), moved.held().ino(), inode.mode() & Mode.TYPE));
        records.put(change, moved.held().ino(), tree.links().moved(change, moved.held().ino(), inode, Links.place(moved.dir(), moved.name()), Links.place(dir, name)));
    }

    /** Both have other entries now; {@code fromMore} and {@code toMore} of them are directories. */
    private void changeDirectories(Head.Change change, long from, int fromMore, long to, int toMore, long now) {
        Inode first = records.directory(head, from);
        if (from == to) {
            records.put(change, from, first.modified(now).withLinks(first.nlink() + fromMore + toMore));
            return;
        }
        records.put(change, from, first.modified(now).withLinks(first.nlink() + fromMore));
        Inode second = records.directory(head, to);
        records.put(change, to, second.modified(now).withLinks(second.nlink() + toMore));
    }

    private void requireReplaceable(Place source, Place replaced) {
        if (source.isDirectory() && !replaced.isDirectory()) {
            throw new FsException(Errno.ENOTDIR);
        } else if (!source.isDirectory() && replaced.isDirectory()) {
            throw new FsException(Errno.EISDIR);
        } else if (replaced.isDirectory()) {
            tree.requireEmpty(replaced.held().ino());
        }
    }

    /** @throws FsException EINVAL if {@code dir} is what moves or lies below it */
    private void requireOutside(long dir, Place moved) {
        boolean[] within = {moved.held().ino() == Inode.ROOT};
        if (moved.isDirectory()) {
            Ancestors.walk(records, head, dir, (at, inode) -> {
                within[0] |= at == moved.held().ino();
                return !within[0];
            });
        }
        if (within[0]) {
            throw new FsException(Errno.EINVAL);
        }
    }
}
