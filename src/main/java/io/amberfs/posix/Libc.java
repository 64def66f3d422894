package io.amberfs.posix;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * The calls of the C library, as they are in its manual; Java's {@code long} stands for size_t, off_t, dev_t and ssize_t (64-bit Linux).
 *
 * <ul>
 *   <li>Paths end with a NUL ({@link #path}). Buffers of file contents are direct: the call starts at their position.
 *   <li>A result of -1 is a failure; {@link #errno} tells it, on the same thread, until the next call.
 * </ul>
 *
 * <p>Thread-safe. Public because the binding is generated; everybody else uses {@link Directory} and {@link Descriptor}.
 */
public interface Libc {
    Libc CALLS = LibraryLoader.create(Libc.class).failImmediately().load("c");
    Runtime RUNTIME = Runtime.getRuntime(CALLS);

    static int errno() {
        return RUNTIME.getLastError();
    }

    /** The bytes with a NUL behind them. */
    static byte[] path(byte[] bytes) {
        return java.util.Arrays.copyOf(bytes, bytes.length + 1);
    }

    int geteuid();

    /** Of the calling thread, with {@code which} and {@code who} 0; 19 is what gives way to everything else. */
    int setpriority(int which, int who, int priority);

    int umask(int mask);

    int openat(int directory, @In byte[] path, int flags, int mode);

    int close(int fd);

    int flock(int fd, int operation);

    int statx(int directory, @In byte[] path, int flags, int mask, @Out byte[] statx);

    int mkdirat(int directory, @In byte[] path, int mode);

    int mknodat(int directory, @In byte[] path, int mode, long device);

    int symlinkat(@In byte[] target, int directory, @In byte[] path);

    long readlinkat(int directory, @In byte[] path, @Out byte[] target, long size);

    int linkat(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to, int flags);

    int unlinkat(int directory, @In byte[] path, int flags);

    int renameat(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to);

    int fchownat(int directory, @In byte[] path, int uid, int gid, int flags);

    int fchmod(int fd, int mode);

    int chmod(@In byte[] path, int mode);

    int futimens(int fd, @In byte[] times);

    int utimensat(int directory, @In byte[] path, @In byte[] times, int flags);

    long flistxattr(int fd, @Out byte[] names, long size);

    long fgetxattr(int fd, @In byte[] name, @Out byte[] value, long size);

    int fsetxattr(int fd, @In byte[] name, @In byte[] value, long size, int flags);

    int fremovexattr(int fd, @In byte[] name);

    long listxattr(@In byte[] path, @Out byte[] names, long size);

    long getxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long size);

    int setxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

    int removexattr(@In byte[] path, @In byte[] name);

    long getdents64(int fd, @Out ByteBuffer entries, long size);

    long lseek(int fd, long offset, int whence);

    long pread(int fd, @Out ByteBuffer buffer, long size, long offset);

    long pwrite(int fd, @In ByteBuffer buffer, long size, long offset);

    int ftruncate(int fd, long size);

    int socket(int domain, int type, int protocol);

    long sendto(int fd, @In byte[] message, long size, int flags, @In byte[] address, int addressSize);

    int fsync(int fd);

    int syncfs(int fd);
}
