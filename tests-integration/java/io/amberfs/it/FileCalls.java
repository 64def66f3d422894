package io.amberfs.it;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/** The calls on an open file that Java has no words for, as they are in the manual of the C library. Public because the binding is generated. */
public interface FileCalls {
    FileCalls CALLS = LibraryLoader.create(FileCalls.class).failImmediately().load("c");
    Runtime RUNTIME = Runtime.getRuntime(CALLS);

    int O_RDWR = 2;
    int O_CREAT = 0100;
    int O_APPEND = 02000;
    int KEEP_SIZE = 1;
    int PUNCH_HOLE = 2;
    int ZERO_RANGE = 16;
    int SEEK_DATA = 3;
    int SEEK_HOLE = 4;
    int DONTNEED = 4;
    int READ = 1;
    int WRITE = 2;
    int SHARED = 1;
    int SYNC = 4;
    int ENXIO = 6;
    int EINVAL = 22;

    int open(@In byte[] path, int flags, int mode);

    int close(int fd);

    long pread(int fd, @Out byte[] to, long size, long offset);

    long pwrite(int fd, @In byte[] from, long size, long offset);

    long write(int fd, @In byte[] from, long size);

    int ftruncate(int fd, long size);

    int fallocate(int fd, int mode, long offset, long length);

    long copy_file_range(int from, @In @Out long[] fromOffset, int to, @In @Out long[] toOffset, long length, int flags);

    long lseek(int fd, long offset, int whence);

    int fsync(int fd);

    int posix_fadvise(int fd, long offset, long length, int advice);

    Pointer mmap(Pointer address, long length, int protection, int flags, int fd, long offset);

    int munmap(Pointer address, long length);

    int msync(Pointer address, long length, int flags);
}
