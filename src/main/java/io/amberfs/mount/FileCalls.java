package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import jnr.ffi.Pointer;

/** Answers what the kernel asks about open files and their contents. Thread-safe. */
final class FileCalls {
    /** Buffers of the workers: a write is copied out of native memory into one of these, and from there by the drive. */
    private static final ThreadLocal<byte[]> TRANSFER = ThreadLocal.withInitial(() -> new byte[MountOptions.REQUEST_MAX]);

    private final Drive drive;
    private final NodeIds ids;
    private final NameCalls names;
    private final Replies replies;
    private final Answers answers;
    private final Handles<FileHandle> handles = new Handles<>();

    FileCalls(Drive drive, NodeIds ids, NameCalls names, Replies replies, Answers answers) {
        this.drive = drive;
        this.ids = ids;
        this.names = names;
        this.replies = replies;
        this.answers = answers;
    }

    void open(long request, long id, Pointer info) {
        long number = open(ids.node(id), info);
        if (!replies.opened(request, info)) {
            closeUnwanted(number, id);
        }
    }

    /** Makes a file and opens it; the kernel leaves O_EXCL to us. */
    void create(long request, long parent, Pointer name, int mode, Pointer info) {
        Node directory = ids.node(parent);
        Node node = names.create(request, directory, name, mode, OpenInfo.has(info, OpenInfo.O_EXCL));
        long number = open(node, info);
        Entry entry;
        try {
            entry = names.entry(directory, node);
        } catch (RuntimeException e) {
            handles.remove(number).close();
            throw e;
        }
        if (!replies.created(request, entry, info)) {
            closeUnwanted(number, entry.id());
        }
    }

    private long open(Node node, Pointer info) {
        FileHandle handle = drive.open(node, OpenInfo.writes(info), OpenInfo.has(info, OpenInfo.O_APPEND), OpenInfo.has(info, OpenInfo.O_TRUNC));
        long number = handles.add(handle);
        OpenInfo.putHandle(info, number);
        OpenInfo.keepCache(info);
        return number;
    }

    void read(long request, long size, long offset, Pointer info) {
        FileHandle handle = handle(info);
        Pointer room = replies.room();
        int length = handle.read(offset, (int) Math.min(size, MountOptions.REQUEST_MAX), (at, source, from, count) -> room.put(at, source, from, count));
        replies.bytes(request, length);
    }

    /** Kernels up to 6.x do not follow a write to a file that is open with O_SYNC or O_DSYNC by an fsync of their own, so it is done here. */
    void write(long request, Pointer buffer, long size, long offset, Pointer info) {
        int length = (int) size;
        byte[] bytes = length <= MountOptions.REQUEST_MAX ? TRANSFER.get() : new byte[length];
        buffer.get(0, bytes, 0, length);
        FileHandle handle = handle(info);
        if (OpenInfo.isWritepage(info)) {
            handle.writeAt(offset, bytes, 0, length);
        } else {
            handle.write(offset, bytes, 0, length);
        }
        if (OpenInfo.has(info, OpenInfo.O_DSYNC)) {
            handle.fsync(false);
        }
        replies.written(request, length);
    }

    void fsync(long request, int dataOnly, Pointer info) {
        handle(info).fsync(dataOnly != 0);
        replies.done(request);
    }

    /**
     * posix_fallocate(3): the file grows to the end of the stretch. Nothing is set aside, since every write of a copy-on-write store needs new room. All other
     * modes promise more than that and are refused. The kernel holds the inode's lock, so that no write comes between the two steps.
     */
    void fallocate(long request, int mode, long offset, long length, Pointer info) {
        if (mode != 0) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        FileHandle handle = handle(info);
        long end = Math.addExact(offset, length);
        if (end > handle.attr().size()) {
            handle.truncate(end);
        }
        replies.done(request);
    }

    void release(long request, Pointer info) {
        handles.remove(OpenInfo.handle(info)).close();
        replies.done(request);
    }

    /** For the end of the mount: the kernel does not release what was open when it went away. */
    void closeAll() {
        for (long number : handles.numbers()) {
            answers.quietly("close", ids.told(handles.at(number).node()), () -> handles.remove(number).close());
        }
    }

    private void closeUnwanted(long number, long id) {
        answers.quietly("close", id, () -> handles.remove(number).close());
    }

    private FileHandle handle(Pointer info) {
        return handles.at(OpenInfo.handle(info));
    }
}
