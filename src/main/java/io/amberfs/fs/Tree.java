package io.amberfs.fs;

import io.amberfs.codec.XattrCodec;
import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.model.Body;
import io.amberfs.model.Clock;
import io.amberfs.model.Dirent;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The tree of the present: names, links, attributes.
 *
 * <ul>
 * <li>Each operation is one change of the head; its callers are inside the gate.
 * <li>A file whose last name goes while it is open, or that was made without one, is an orphan until it is closed; orphans that a crash left are deleted when the drive opens.
 * </ul>
 *
 * <p>{@code lock}: exclusive for what changes names, shared for opening. The record of a regular file is changed under its file lock as well ({@link Held}).
 */
final class Tree {
    /** What a new inode or attribute takes on disk, at most. */
    static final long NEW_FILE_BYTES = 4096;

    private final Drive.Parts parts;
    private final Records records;
    private final Head head;
    private final Clock clock;
    private final Xattrs xattrs;
    private final Links links;
    private final RemovedInodes removed = new RemovedInodes();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    Tree(Drive.Parts parts, Clock clock) {
        this.parts = parts;
        this.clock = clock;
        records = parts.records();
        head = parts.head();
        xattrs = new Xattrs(records);
        links = new Links(records);
    }

    /**
     * The record of an inode, with its file locked if that is open or has something to install: nobody opens it meanwhile. Under the exclusive lock; closing it deletes a file that
     * it left without name and user.
     */
    final class Held implements AutoCloseable {
        private final long ino;
        private final Optional<OpenFile> file;
        private final Gate.Pass pass;
        private final Inode inode;

        private Held(long ino) {
            this.ino = ino;
            Inode found = records.inode(head, ino);
            file = parts.files().find(ino).isPresent() ? Optional.of(acquire(ino)) : Optional.empty();
            pass = file.map(OpenFile::hold).orElse(() -> { });
            inode = file.map(OpenFile::written).orElse(found);
        }

        Optional<OpenFile> file() {
            return file;
        }

        Inode inode() {
            return inode;
        }

        long ino() {
            return ino;
        }

        @Override
        public void close() {
            pass.close();
            if (file.isPresent() && parts.files().release(file.get()) && file.get().naming().isNameless()) {
                discardIfGone(ino);
            }
        }
    }

    Xattrs xattrs() {
        return xattrs;
    }

    Links links() {
        return links;
    }

    RemovedInodes removed() {
        return removed;
    }

    /** Exclusive for what changes names. */
    Lock names() {
        return lock.writeLock();
    }

    Held hold(long ino) {
        return new Held(ino);
    }

    void makeRoot(int uid, int gid) {
        long now = clock.nanos();
        try (Head.Change change = head.begin()) {
            long ino = parts.volume().newIno();
            records.put(change, ino, new Inode(Mode.DIRECTORY | 0755, 2, uid, gid, 0, 0, 0, now, now, now, now, false, ino, Inode.NO_NAME, Body.NONE));
            parts.volume().count(1, 0);
        }
    }

    long lookup(long dir, Name name) {
        Optional<Dirent> dirent = records.dirent(head, dir, name.bytes());
        if (dirent.isEmpty()) {
            records.directory(head, dir);
            throw new FsException(Errno.ENOENT);
        }
        return dirent.get().ino();
    }

    /** @throws FsException EISDIR, or EINVAL for what has no contents */
    OpenFile open(long ino) {
        lock.readLock().lock();
        try {
            Inode inode = records.inode(head, ino);
            if (!inode.isFile()) {
                throw new FsException(inode.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
            }
            return acquire(ino);
        } finally {
            lock.readLock().unlock();
        }
    }

    long make(long dir, Name name, int mode, long rdev, Caller caller, Optional<byte[]> target) {
        parts.space().require(NEW_FILE_BYTES);
        lock.writeLock().lock();
        try {
            Inode parent = livingDirectory(dir);
            requireAbsent(dir, name);
            boolean directory = Mode.isDirectory(mode);
            Heritage given = Heritage.of(xattrs, head, dir, parent, mode, caller);
            long now = clock.nanos();
            long ino = parts.volume().newIno();
            int length = target.map(t -> t.length).orElse(0);
            Body body = target.<Body>map(Body.Inline::new).orElse(Body.NONE);
            Inode inode = new Inode(given.mode(), directory ? 2 : 1, caller.uid(), given.gid(), length, length,
                rdev, now, now, now, now, !given.xattrs().isEmpty(), dir, name.bytes(), body);
            try (Head.Change change = head.begin()) {
                given.xattrs().forEach(xattr -> change.put(records.xattrKey(ino, xattr.name()), XattrCodec.encode(xattr)));
                records.put(change, ino, inode);
                records.putDirent(change, dir, new Dirent(name.bytes(), ino, mode & Mode.TYPE));
                records.put(change, dir, parent.modified(now).withLinks(parent.nlink() + (directory ? 1 : 0)));
                parts.volume().count(1, 0);
            }
            return ino;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** A regular file without a name, held for its user. */
    OpenFile makeNameless(long dir, int permissions, Caller caller) {
        parts.space().require(NEW_FILE_BYTES);
        lock.writeLock().lock();
        try {
            Inode parent = livingDirectory(dir);
            Heritage given = Heritage.of(xattrs, head, dir, parent, Mode.FILE | permissions, caller);
            long now = clock.nanos();
            long ino = parts.volume().newIno();
            try (Head.Change change = head.begin()) {
                given.xattrs().forEach(xattr -> change.put(records.xattrKey(ino, xattr.name()), XattrCodec.encode(xattr)));
                records.put(change, ino, new Inode(given.mode(), 0, caller.uid(), given.gid(), 0, 0, 0, now, now, now, now, !given.xattrs().isEmpty(), 0,
                    Inode.NO_NAME, Body.NONE));
                change.put(RowKey.of(records.volume(), RowKey.ORPHAN, ino), new byte[] {1});
                parts.volume().count(1, 0);
            }
            OpenFile file = acquire(ino);
            file.naming().madeNameless();
            return file;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** @throws FsException ENOENT for a file whose last name was taken away; one that was made without a name can get one */
    void link(long ino, long dir, Name name) {
        lock.writeLock().lock();
        try (Held held = new Held(ino)) {
            Inode parent = livingDirectory(dir);
            requireAbsent(dir, name);
            if (held.inode.isDirectory()) {
                throw new FsException(Errno.EPERM);
            } else if (held.inode.nlink() >= Limits.LINK_MAX) {
                throw new FsException(Errno.EMLINK);
            } else if (held.inode.nlink() == 0 && held.file.filter(f -> f.naming().isNotYetNamed()).isEmpty()) {
                throw new FsException(Errno.ENOENT);
            }
            long now = clock.nanos();
            try (Head.Change change = head.begin()) {
                records.putDirent(change, dir, new Dirent(name.bytes(), ino, held.inode.mode() & Mode.TYPE));
                records.put(change, dir, parent.modified(now));
                addLink(change, held, Links.place(dir, name), now);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    void unlink(long dir, Name name) {
        lock.writeLock().lock();
        try {
            Inode parent = records.directory(head, dir);
            long ino = lookup(dir, name);
            long now = clock.nanos();
            try (Held held = new Held(ino)) {
                if (held.inode.isDirectory()) {
                    throw new FsException(Errno.EISDIR);
                }
                try (Head.Change change = head.begin()) {
                    records.deleteDirent(change, dir, name.bytes());
                    records.put(change, dir, parent.modified(now));
                    dropLink(change, held, Links.place(dir, name), now);
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    void rmdir(long dir, Name name) {
        lock.writeLock().lock();
        try {
            Inode parent = records.directory(head, dir);
            long ino = lookup(dir, name);
            Inode inode = records.directory(head, ino);
            requireEmpty(ino);
            try (Head.Change change = head.begin()) {
                records.deleteDirent(change, dir, name.bytes());
                records.put(change, dir, parent.modified(clock.nanos()).withLinks(parent.nlink() - 1));
                delete(change, ino, inode);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Called when a file that has no name was closed for the last time. */
    void deleteIfOrphan(long ino) {
        lock.writeLock().lock();
        try {
            discardIfGone(ino);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Deletes what was open without a name when the drive last ended. */
    void deleteOrphans() {
        orphans().forEach(this::deleteIfOrphan);
    }

    /** Deletes what has no name and no user. Under the exclusive lock. */
    void deleteOrphansHeld() {
        orphans().forEach(this::discardIfGone);
    }

    private List<Long> orphans() {
        List<Long> orphans = new ArrayList<>();
        byte[] prefix = RowKey.kind(records.volume(), RowKey.ORPHAN);
        try (Scan scan = head.scan(prefix, prefix)) {
            while (scan.next()) {
                orphans.add(RowKey.numberOf(scan.key()));
            }
        }
        return orphans;
    }

    private OpenFile acquire(long ino) {
        return parts.files().acquire(ino, () -> new OpenFile(ino, records.inode(head, ino), parts));
    }

    /** One name more; of a file that was made without one, its first. */
    void addLink(Head.Change change, Held held, Links.Place place, long now) {
        records.put(change, held.ino, links.added(change, held.ino, held.inode, place).changed(now));
        if (held.inode.nlink() == 0) {
            change.delete(RowKey.of(records.volume(), RowKey.ORPHAN, held.ino));
            held.file.ifPresent(file -> file.naming().named());
        }
    }

    /** One name less. An inode that is a file and has no other stays, as an orphan, until nobody uses it. */
    void dropLink(Head.Change change, Held held, Links.Place place, long now) {
        Inode inode = links.dropped(head, change, held.ino, held.inode, place).changed(now);
        if (inode.nlink() > 0) {
            records.put(change, held.ino, inode);
        } else if (held.file.isPresent()) {
            records.put(change, held.ino, inode);
            change.put(RowKey.of(records.volume(), RowKey.ORPHAN, held.ino), new byte[] {1});
            held.file.get().naming().unlinked();
        } else {
            delete(change, held.ino, inode);
        }
    }

    /** Deletes a file that has no name and no user. Under the exclusive lock, so nobody can open it meanwhile. */
    private void discardIfGone(long ino) {
        Optional<Inode> inode = records.find(head, ino);
        if (inode.isEmpty() || inode.get().nlink() > 0 || inode.get().isDirectory() || parts.files().isUsed(ino)) {
            return;
        }
        Inode shown = parts.files().inode(ino).orElse(inode.get());
        parts.files().find(ino).ifPresent(file -> {
            file.discard();
            parts.files().clean(file);
        });
        try (Head.Change change = head.begin()) {
            delete(change, ino, records.inode(head, ino));
            change.delete(RowKey.of(records.volume(), RowKey.ORPHAN, ino));
        }
        removed.add(ino, shown);
    }

    /** An inode that no name leads to any more. */
    void delete(Head.Change change, long ino, Inode inode) {
        if (inode.hasXattrs()) {
            xattrs.all(head, ino).forEach(xattr -> change.delete(records.xattrKey(ino, xattr.name())));
        }
        parts.contents().map().release(change, inode.body());
        change.delete(RowKey.of(records.volume(), RowKey.INODE, ino));
        removed.add(ino, inode.isDirectory() ? inode.changed(clock.nanos()) : inode);
        parts.volume().count(-1, inode.isFile() ? -inode.size() : 0);
    }

    private Inode livingDirectory(long dir) {
        return records.directory(head, dir);
    }

    private void requireAbsent(long dir, Name name) {
        if (records.dirent(head, dir, name.bytes()).isPresent()) {
            throw new FsException(Errno.EEXIST);
        }
    }

    void requireEmpty(long dir) {
        byte[] prefix = RowKey.of(records.volume(), RowKey.DIRENT, dir);
        try (Scan scan = head.scan(prefix, prefix)) {
            if (scan.next()) {
                throw new FsException(Errno.ENOTEMPTY);
            }
        }
    }
}
