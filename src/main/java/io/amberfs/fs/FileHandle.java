package io.amberfs.fs;

import io.amberfs.history.Past;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;

/** An open regular file, of the present or of the past. Thread-safe; after {@link #close} no method may be called. */
public final class FileHandle implements AutoCloseable {
    /** Where the bytes come from. */
    private sealed interface Origin permits Now, Then {
    }

    private record Now(OpenFile file) implements Origin {
    }

    private record Then(Past view, Inode inode, ReadAhead ahead) implements Origin {
    }

    private final Node node;
    private final Drive drive;
    private final Origin origin;
    private final boolean append;
    private final AtomicBoolean open = new AtomicBoolean(true);

    FileHandle(Node node, Drive drive, OpenFile file, boolean append) {
        this.node = node;
        this.drive = drive;
        this.append = append;
        origin = new Now(file);
    }

    /** To be called while the instant is there; it stays until this is closed. */
    FileHandle(Node.Past node, Drive drive, Past view, Inode inode) {
        this.node = node;
        this.drive = drive;
        append = false;
        drive.parts().pastGate().enter(node.epoch());
        origin = new Then(view, inode, new ReadAhead(drive.contents()::prefetch));
    }

    public Node node() {
        return node;
    }

    public Attr attr() {
        return origin instanceof Now now ? now.file().attr() : drive.attr(node);
    }

    /** @return bytes read, fewer than {@code length} only at the end of the file */
    public int read(long offset, int length, Sink sink) {
        if (origin instanceof Now now) {
            return now.file().read(offset, length, sink);
        }
        Then then = (Then) origin;
        long end = Math.min(then.inode().size(), offset + length);
        if (offset < 0 || offset >= end) {
            return 0;
        }
        then.ahead().read(then.view(), then.inode().body(), offset, end, then.inode().size());
        drive.contents().read(then.view(), then.inode().body(), offset, end, offset, sink);
        return (int) (end - offset);
    }

    /** Writes at {@code offset}, or at the end of a file that was opened to append. */
    public void write(long offset, Source source, int length) {
        drive.writes().write(now(), offset, source, length, append);
    }

    /** As {@link #write(long, Source, int)}. */
    public void write(long offset, byte[] bytes, int from, int length) {
        write(offset, Source.of(bytes, from), length);
    }

    /** Writes at {@code offset}, also to a file that was opened to append: for bytes that already have their place, such as those of a mapping. */
    public void writeAt(long offset, Source source, int length) {
        drive.writes().write(now(), offset, source, length, false);
    }

    public void truncate(long size) {
        drive.writes().truncate(now(), size);
    }

    /** Takes away setuid, setgid (if the group may run the file) and security.capability: before a write or truncation by who may not keep them. Cheap where there are none. */
    public void dropPrivileges() {
        drive.writes().dropPrivileges(now(), false);
    }

    /** The first byte at or behind {@code offset} that is in no hole (SEEK_DATA). @throws FsException ENXIO when there is none, or {@code offset} is not within the file */
    public long seekData(long offset) {
        return seek(offset, seek -> seek.data(offset));
    }

    /** The first byte at or behind {@code offset} that is in a hole, or the end of the file (SEEK_HOLE). @throws FsException ENXIO when {@code offset} is not within the file */
    public long seekHole(long offset) {
        return seek(offset, seek -> seek.hole(offset));
    }

    private long seek(long offset, ToLongFunction<Seek> look) {
        if (origin instanceof Now now) {
            return now.file().seek(offset, look);
        }
        Then then = (Then) origin;
        return look.applyAsLong(new Seek(drive.contents().map(), then.view(), then.inode(), then.inode().size(), List.of()));
    }

    /** As fallocate(2), with FALLOC_FL_KEEP_SIZE if {@code keepSize}. @throws FsException EINVAL, EFBIG, ENOSPC, EROFS */
    public void allocate(long offset, long length, boolean keepSize) {
        drive.spans().allocate(now(), offset, length, keepSize);
    }

    /** Makes a hole (FALLOC_FL_PUNCH_HOLE); the size stays. @throws FsException EINVAL, EFBIG, EROFS */
    public void punch(long offset, long length) {
        drive.spans().punch(now(), offset, length);
    }

    /** Makes zeros (FALLOC_FL_ZERO_RANGE). @throws FsException EINVAL, EFBIG, ENOSPC, EROFS */
    public void zero(long offset, long length, boolean keepSize) {
        drive.spans().zero(now(), offset, length, keepSize);
    }

    /**
     * As copy_file_range(2): {@code to} names the same blocks.
     *
     * @return bytes copied, fewer than {@code length} at the end of this file or where more is left to do; 0 only at the end
     * @throws FsException EINVAL when ranges of one file overlap, EFBIG, ENOSPC, EROFS
     */
    public long copyTo(long offset, FileHandle to, long toOffset, long length) {
        OpenFile target = to.now();
        if (origin instanceof Now now) {
            return drive.spans().copy(now.file(), offset, target, toOffset, length);
        }
        Then then = (Then) origin;
        return drive.spans().copy(then.view(), then.inode(), offset, target, toOffset, length);
    }

    /** On return the file's bytes, its record and all names made before are durable. */
    public void fsync(boolean dataOnly) {
        if (origin instanceof Now now) {
            drive.writes().fsync(now.file());
        }
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            if (origin instanceof Now now) {
                drive.writes().close(now.file());
            } else {
                drive.past().closed(node);
            }
        }
    }

    private OpenFile now() {
        if (origin instanceof Now now) {
            return now.file();
        }
        throw new FsException(Errno.EROFS);
    }
}
