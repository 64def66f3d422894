package io.amberfs.mount;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.size_t;

/** The calls of libfuse 2.9 that a mount needs. Public only because jnr-ffi implements it from a class loader of its own. Thread-safe. */
public interface LibFuse {
    /** Mounts; the answer is libfuse's handle, or null after it has written the reason to standard error. */
    Pointer fuse_setup(int argc, Pointer argv, Pointer operations, @size_t long operationsSize, Pointer mountpoint, Pointer multithreaded, Pointer data);

    Pointer fuse_get_session(Pointer fuse);

    Pointer fuse_session_next_chan(Pointer session, Pointer channel);

    @size_t long fuse_chan_bufsize(Pointer channel);

    /** Waits for a request. Its size, or 0 at the end, or -errno. */
    int fuse_session_receive_buf(Pointer session, Pointer buffer, Pointer channel);

    /** Carries a request out and answers it. */
    void fuse_session_process_buf(Pointer session, Pointer buffer, Pointer channel);

    void fuse_session_exit(Pointer session);

    int fuse_session_exited(Pointer session);

    /** Unmounts if still mounted, and frees everything. No other thread may be in libfuse with this handle. */
    void fuse_teardown(Pointer fuse, Pointer mountpoint);

    /** @throws UnsatisfiedLinkError if it is not installed */
    static LibFuse load() {
        return LibraryLoader.create(LibFuse.class).failImmediately().load("libfuse.so.2");
    }
}
