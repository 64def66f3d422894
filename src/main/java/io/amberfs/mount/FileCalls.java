package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import jnr.ffi.Pointer;

/** Answers what libfuse asks about open files and their contents. Thread-safe. */
final class FileCalls {
    /** Buffers of the workers: a write is copied out of native memory into one of these, and from there by the drive. */
    private static final ThreadLocal<byte[]> TRANSFER = ThreadLocal.withInitial(() -> new byte[MountOptions.REQUEST_MAX]);

    private final Drive drive;
    private final Tree tree;
    private final TreeCalls names;
    private final Orphans orphans;
    private final Handles<FileHandle> handles = new Handles<>();

    FileCalls(Drive drive, Tree tree, TreeCalls names, Orphans orphans) {
        this.drive = drive;
        this.tree = tree;
        this.names = names;
        this.orphans = orphans;
    }

    int open(Pointer path, Pointer info) {
        open(tree.node(path), info);
        return 0;
    }

    /** Makes a file and opens it; the kernel leaves O_EXCL to us, and a file that someone else was quicker to make is opened unless it is set. */
    int create(Pointer path, int mode, Pointer info) {
        Place place = tree.place(path);
        Node node;
        try {
            Request request = Request.current();
            node = drive.create(place.parent(), place.name(), Mode.FILE | mode & Mode.PERMISSIONS, request.uid(), request.gid());
        } catch (FsException e) {
            if (e.errno() != Errno.EEXIST || OpenInfo.has(info, OpenInfo.O_EXCL)) {
                throw e;
            }
            node = drive.lookup(place.parent(), place.name());
        }
        open(node, info);
        return 0;
    }

    private void open(Node node, Pointer info) {
        boolean append = OpenInfo.has(info, OpenInfo.O_APPEND);
        FileHandle handle = drive.open(node, OpenInfo.writes(info), append, OpenInfo.has(info, OpenInfo.O_TRUNC));
        OpenInfo.putHandle(info, handles.add(handle));
    }

    int read(Pointer buffer, long size, long offset, Pointer info) {
        return handle(info).read(offset, (int) size, (at, source, from, length) -> buffer.put(at, source, from, length));
    }

    /** Kernels up to 6.x do not follow a write to a file that is open with O_SYNC or O_DSYNC by an fsync of their own, so it is done here. */
    int write(Pointer buffer, long size, long offset, Pointer info) {
        int length = (int) size;
        byte[] bytes = length <= MountOptions.REQUEST_MAX ? TRANSFER.get() : new byte[length];
        buffer.get(0, bytes, 0, length);
        FileHandle handle = handle(info);
        handle.write(offset, bytes, 0, length);
        if (OpenInfo.has(info, OpenInfo.O_DSYNC)) {
            handle.fsync(false);
        }
        return length;
    }

    int fgetattr(Pointer path, Pointer stat, Pointer info) {
        Attr attr = handle(info).attr();
        Stat.put(stat, attr, names.links(attr, path));
        return 0;
    }

    int ftruncate(long size, Pointer info) {
        handle(info).truncate(size);
        return 0;
    }

    int fsync(int dataOnly, Pointer info) {
        handle(info).fsync(dataOnly != 0);
        return 0;
    }

    /**
     * posix_fallocate(3): the file grows to the end of the stretch. Nothing is set aside, since every write of a copy-on-write store needs new room. All other
     * modes promise more than that and are refused. The kernel holds the inode's lock, so that no write comes between the two steps.
     */
    int fallocate(int mode, long offset, long length, Pointer info) {
        if (mode != 0) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        FileHandle handle = handle(info);
        long end = Math.addExact(offset, length);
        if (end > handle.attr().size()) {
            handle.truncate(end);
        }
        return 0;
    }

    int release(Pointer info) {
        close(OpenInfo.handle(info));
        return 0;
    }

    /** For the end of the mount: the kernel does not release what was open when it went away. */
    void closeAll(Answers answers) {
        for (long number : handles.numbers()) {
            answers.to("close", null, () -> {
                close(number);
                return 0;
            });
        }
    }

    private void close(long number) {
        FileHandle handle = handles.remove(number);
        Node node = handle.node();
        try {
            handle.close();
        } finally {
            if (!orphans.isEmpty() && !handles.any(other -> other.node().equals(node))) {
                orphans.removeAll(node);
            }
        }
    }

    private FileHandle handle(Pointer info) {
        return handles.at(OpenInfo.handle(info));
    }
}
