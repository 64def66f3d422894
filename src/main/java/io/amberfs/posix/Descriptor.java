package io.amberfs.posix;

import io.amberfs.model.RawText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An open inode: its attributes, and for a regular file its contents.
 *
 * <ul>
 *   <li>One opened by path only (symlinks, FIFOs, devices, which must not be opened for real) offers the attributes alone. They are reached through
 *       /proc/self/fd, which names that very inode, a symlink too.
 *   <li>{@link #close} may be called twice; any other use after it fails.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class Descriptor implements AutoCloseable {
    private static final byte[] EMPTY = {0};
    private static final int LIST_FIRST = 1024;
    /** XATTR_LIST_MAX and XATTR_SIZE_MAX: no list and no value is longer. */
    private static final int XATTR_MOST = 65536;

    private final byte[] name;
    private final boolean pathOnly;
    private final byte[] proc;
    private int fd;

    Descriptor(int fd, byte[] name, boolean pathOnly) {
        this.fd = fd;
        this.name = name;
        this.pathOnly = pathOnly;
        this.proc = Libc.path(("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII));
    }

    int fd() {
        if (fd < 0) {
            throw new IllegalStateException("closed: " + RawText.shown(name));
        }
        return fd;
    }

    public FileStat stat() throws PosixException {
        byte[] out = new byte[FileStat.SIZE];
        int open = fd();
        Calls.run(() -> Libc.CALLS.statx(open, EMPTY, Flags.AT_EMPTY_PATH, FileStat.MASK, out), "stat", name);
        return FileStat.of(out);
    }

    /** -1 leaves the user or the group as it is. */
    public void chown(int uid, int gid) throws PosixException {
        int open = fd();
        Calls.run(() -> Libc.CALLS.fchownat(open, EMPTY, uid, gid, Flags.AT_EMPTY_PATH), "change the owner of", name);
    }

    /** Not for symlinks: they have no mode of their own. */
    public void chmod(int permissions) throws PosixException {
        int open = fd();
        Calls.run(() -> pathOnly ? Libc.CALLS.chmod(proc, permissions) : Libc.CALLS.fchmod(open, permissions), "change the mode of", name);
    }

    /** Nanoseconds since 1970. */
    public void times(long atime, long mtime) throws PosixException {
        int open = fd();
        ByteBuffer times = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        for (long time : new long[] {atime, mtime}) {
            times.putLong(Math.floorDiv(time, 1_000_000_000L)).putLong(Math.floorMod(time, 1_000_000_000L));
        }
        byte[] spec = times.array();
        Calls.run(() -> pathOnly ? Libc.CALLS.utimensat(Flags.AT_FDCWD, proc, spec, 0) : Libc.CALLS.futimens(open, spec), "set the times of", name);
    }

    /** The names of the extended attributes; none where the filesystem has no such thing. */
    public List<byte[]> xattrNames() throws PosixException {
        int open = fd();
        for (int size = LIST_FIRST; ; size = XATTR_MOST) {
            byte[] out = new byte[size];
            try {
                long length = Calls.runLong(() -> pathOnly ? Libc.CALLS.listxattr(proc, out, out.length) : Libc.CALLS.flistxattr(open, out, out.length),
                        "list the attributes of", name);
                return split(out, (int) length);
            } catch (PosixException e) {
                if (e.is(PosixException.EOPNOTSUPP)) {
                    return List.of();
                }
                if (!e.is(PosixException.ERANGE) || size == XATTR_MOST) {
                    throw e;
                }
            }
        }
    }

    /** Whether the attribute is there with exactly this value. */
    public boolean hasXattr(byte[] key, byte[] value) throws PosixException {
        int open = fd();
        byte[] out = new byte[value.length + 1];
        byte[] path = Libc.path(key);
        try {
            long length = Calls.runLong(() -> pathOnly ? Libc.CALLS.getxattr(proc, path, out, out.length) : Libc.CALLS.fgetxattr(open, path, out, out.length),
                    "read an attribute of", name);
            return length == value.length && Arrays.equals(value, Arrays.copyOf(out, value.length));
        } catch (PosixException e) {
            if (e.is(PosixException.ENODATA) || e.is(PosixException.ERANGE) || e.is(PosixException.EOPNOTSUPP)) {
                return false;
            }
            throw e;
        }
    }

    public void setXattr(byte[] key, byte[] value) throws PosixException {
        int open = fd();
        byte[] path = Libc.path(key);
        Calls.run(() -> pathOnly ? Libc.CALLS.setxattr(proc, path, value, value.length, 0) : Libc.CALLS.fsetxattr(open, path, value, value.length, 0),
                "set the attribute " + RawText.shown(key) + " of", name);
    }

    public void removeXattr(byte[] key) throws PosixException {
        int open = fd();
        byte[] path = Libc.path(key);
        Calls.run(() -> pathOnly ? Libc.CALLS.removexattr(proc, path) : Libc.CALLS.fremovexattr(open, path),
                "remove the attribute " + RawText.shown(key) + " of", name);
    }

    /** Fills the rest of a direct buffer from there on, as far as the file reaches; returns the number of bytes and leaves the position as it was. */
    public int read(ByteBuffer buffer, long offset) throws PosixException {
        int open = fd();
        ByteBuffer rest = buffer.slice();
        while (rest.hasRemaining()) {
            long at = offset + rest.position();
            long done = Calls.runLong(() -> Libc.CALLS.pread(open, rest, rest.remaining(), at), "read", name);
            if (done == 0) {
                break;
            }
            rest.position(rest.position() + (int) done);
        }
        return rest.position();
    }

    /** Writes all that remains in a direct buffer; its position ends at its limit. */
    public void write(ByteBuffer buffer, long offset) throws PosixException {
        int open = fd();
        long start = offset - buffer.position();
        while (buffer.hasRemaining()) {
            long at = start + buffer.position();
            long done = Calls.runLong(() -> Libc.CALLS.pwrite(open, buffer, buffer.remaining(), at), "write", name);
            buffer.position(buffer.position() + (int) done);
        }
    }

    /** Where the next byte lies that is not in a hole, from {@code offset} on; {@code Long.MAX_VALUE} if there is none. */
    public long nextData(long offset) throws PosixException {
        int open = fd();
        try {
            return Calls.runLong(() -> Libc.CALLS.lseek(open, offset, Flags.SEEK_DATA), "seek in", name);
        } catch (PosixException e) {
            if (e.is(PosixException.ENXIO)) {
                return Long.MAX_VALUE;
            }
            if (e.is(PosixException.EINVAL)) {
                return offset;
            }
            throw e;
        }
    }

    public void truncate(long size) throws PosixException {
        int open = fd();
        Calls.run(() -> Libc.CALLS.ftruncate(open, size), "set the size of", name);
    }

    public void sync() throws PosixException {
        int open = fd();
        Calls.run(() -> Libc.CALLS.fsync(open), "sync", name);
    }

    /** Makes the whole filesystem it lies in durable. */
    public void syncFilesystem() throws PosixException {
        int open = fd();
        Calls.run(() -> Libc.CALLS.syncfs(open), "sync the filesystem of", name);
    }

    /** Takes the lock of flock(2) that ends with this descriptor; false if another has it. */
    public boolean tryLock() throws PosixException {
        int open = fd();
        try {
            Calls.run(() -> Libc.CALLS.flock(open, Flags.LOCK_EX_NB), "lock", name);
            return true;
        } catch (PosixException e) {
            if (e.is(PosixException.EAGAIN)) {
                return false;
            }
            throw e;
        }
    }

    /** The outcome of close(2) is of no interest: what must be durable was synced before. */
    @Override
    public void close() {
        if (fd >= 0) {
            Libc.CALLS.close(fd);
            fd = -1;
        }
    }

    private static List<byte[]> split(byte[] names, int length) {
        List<byte[]> out = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (names[i] == 0) {
                out.add(Arrays.copyOfRange(names, start, i));
                start = i + 1;
            }
        }
        return out;
    }
}
