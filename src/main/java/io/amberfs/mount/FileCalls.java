package io.amberfs.mount;

import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.Source;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers what the kernel asks about open files and their contents. Thread-safe. */
final class FileCalls {
    /** Modes of fallocate(2). */
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int ZERO_RANGE = 16;
    /** Of lseek(2). */
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    /** The count in a reply has 32 bits. */
    private static final long COPY_MAX = 1 << 30;

    private final Drive drive;
    private final NodeIds ids;
    private final NameCalls names;
    private final Answers answers;
    /** Whether appended bytes come with their place, since the kernel keeps the size of files that it caches. */
    private final boolean placed;
    private final Handles<Open> handles = new Handles<>();
    private final AtomicInteger writers = new AtomicInteger();

    private record Open(FileHandle file, boolean writes) {
    }

    FileCalls(Drive drive, NodeIds ids, NameCalls names, Answers answers, boolean placed) {
        this.drive = drive;
        this.ids = ids;
        this.names = names;
        this.answers = answers;
        this.placed = placed;
    }

    /** @param dropPrivileges whether truncation takes setuid and setgid away */
    void open(Reply reply, long id, int flags, boolean dropPrivileges) {
        long number = open(ids.node(id), flags, dropPrivileges);
        try {
            ids.node(id);
        } catch (RuntimeException e) {
            close(number);
            throw e; // it was renewed meanwhile
        }
        reply.opened(opened(number), () -> closeUnwanted(number, id));
    }

    /** Makes a file and opens it; the kernel leaves O_EXCL to us. */
    void create(Reply reply, Caller caller, long parent, byte[] name, int mode, int flags, boolean dropPrivileges) {
        Node directory = ids.node(parent);
        Node node = names.create(caller, directory, name, mode, OpenFlags.has(flags, OpenFlags.O_EXCL));
        long number = open(node, flags, dropPrivileges);
        Entry entry;
        try {
            entry = names.entry(directory, node);
        } catch (RuntimeException e) {
            close(number);
            throw e;
        }
        reply.created(entry, opened(number), () -> closeUnwanted(number, entry.id()));
    }

    private static Reply.Opened opened(long number) {
        return new Reply.Opened(number, true, false);
    }

    private long open(Node node, int flags, boolean dropPrivileges) {
        boolean append = !placed && OpenFlags.has(flags, OpenFlags.O_APPEND);
        boolean writes = OpenFlags.writes(flags);
        boolean truncate = OpenFlags.has(flags, OpenFlags.O_TRUNC);
        long number = opened(drive.open(node, writes, append, truncate), writes);
        if (truncate && dropPrivileges) {
            at(number).dropPrivileges();
        }
        return number;
    }

    private long opened(FileHandle file, boolean writes) {
        if (writes) {
            writers.incrementAndGet();
        }
        return handles.add(new Open(file, writes));
    }

    /** Whether a file is open that may be written to: only then the kernel can hold writes that have returned. */
    boolean hasWriters() {
        return writers.get() > 0;
    }

    /** The same of one inode of the present. */
    boolean hasWriters(long id) {
        return hasWriters() && handles.any(open -> open.writes() && ids.told(open.file().node()) == id);
    }

    private FileHandle at(long handle) {
        return handles.at(handle).file();
    }

    private void close(long handle) {
        Open open = handles.remove(handle);
        if (open.writes()) {
            writers.decrementAndGet();
        }
        open.file().close();
    }

    void read(Reply reply, long handle, long offset, int size) {
        FileHandle file = at(handle);
        ByteBuffer room = reply.room(size);
        int start = room.position();
        reply.data(file.read(offset, size, (at, source, from, count) -> room.put(start + at, source, from, count)));
    }

    /**
     * Kernels up to 6.x do not follow a write to a file that is open with O_SYNC or O_DSYNC by an fsync of their own unless they cache writes, so it is done here.
     *
     * @param cached         whether it comes from the kernel's pages: it goes where it says, also in a file that is open to append
     * @param dropPrivileges whether it takes setuid and setgid away
     */
    void write(Reply reply, long handle, long offset, Source source, int length, boolean cached, boolean dropPrivileges, int flags) {
        FileHandle file = at(handle);
        if (dropPrivileges) {
            file.dropPrivileges();
        }
        if (cached) {
            file.writeAt(offset, source, length);
        } else {
            file.write(offset, source, length);
            if (OpenFlags.has(flags, OpenFlags.O_DSYNC)) {
                file.fsync(false);
            }
        }
        reply.written(length);
    }

    void fsync(Reply reply, long handle, boolean dataOnly) {
        at(handle).fsync(dataOnly);
        reply.done();
    }

    /** fallocate(2): lets the file grow, makes a hole, or has a stretch read as zeros. What moves the bytes behind it is refused. */
    void fallocate(Reply reply, long handle, int mode, long offset, long length, boolean dropPrivileges) {
        FileHandle file = at(handle);
        boolean keepSize = (mode & KEEP_SIZE) != 0;
        if (dropPrivileges) {
            file.dropPrivileges();
        }
        switch (mode & ~KEEP_SIZE) {
            case 0 -> file.allocate(offset, length, keepSize);
            case ZERO_RANGE -> file.zero(offset, length, keepSize);
            case PUNCH_HOLE -> {
                if (!keepSize) {
                    throw new FsException(Errno.EOPNOTSUPP);
                }
                file.punch(offset, length);
            }
            default -> throw new FsException(Errno.EOPNOTSUPP);
        }
        reply.done();
    }

    /** lseek(2) for data and holes. */
    void seek(Reply reply, long handle, long offset, int whence) {
        FileHandle file = at(handle);
        reply.offset(switch (whence) {
            case SEEK_DATA -> file.seekData(offset);
            case SEEK_HOLE -> file.seekHole(offset);
            default -> throw new FsException(Errno.EINVAL);
        });
    }

    /** copy_file_range(2). */
    void copy(Reply reply, long handle, long offset, long toHandle, long toOffset, long length, boolean dropPrivileges) {
        if (dropPrivileges) {
            at(toHandle).dropPrivileges();
        }
        reply.written((int) at(handle).copyTo(offset, at(toHandle), toOffset, Math.min(length, COPY_MAX)));
    }

    /** Makes a file without a name and opens it. */
    void makeNameless(Reply reply, Caller caller, long parent, int mode) {
        Node directory = ids.node(parent);
        long number = opened(drive.tmpfile(directory, mode, caller), true);
        Entry entry;
        try {
            entry = names.entry(directory, at(number).node());
        } catch (RuntimeException e) {
            close(number);
            throw e;
        }
        reply.created(entry, opened(number), () -> closeUnwanted(number, entry.id()));
    }

    void release(Reply reply, long handle) {
        close(handle);
        reply.done();
    }

    /** For the end of the mount: the kernel does not release what was open when it went away. */
    void closeAll() {
        for (long number : handles.numbers()) {
            answers.quietly("close", ids.told(at(number).node()), () -> close(number));
        }
    }

    private void closeUnwanted(long number, long id) {
        answers.quietly("close", id, () -> close(number));
    }
}
