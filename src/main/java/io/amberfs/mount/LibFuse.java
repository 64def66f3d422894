package io.amberfs.mount;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.size_t;

/**
 * The calls of libfuse 2.9 that a mount needs. A request ({@code fuse_req_t}) is a number here, and is gone with its reply: exactly one {@code fuse_reply}
 * belongs to each. Those return 0, or -errno when the kernel no longer waits for the reply. Public only because jnr-ffi implements it from a class loader of its
 * own. Thread-safe.
 */
public interface LibFuse {
    /** Mounts; takes its own options out of {@code arguments}. The answer is a channel, or null after the reason was written to standard error. */
    Pointer fuse_mount(byte[] mountpoint, Pointer arguments);

    /** Unmounts if still mounted, and frees the channel. */
    void fuse_unmount(byte[] mountpoint, Pointer channel);

    /** Null after the reason was written to standard error. */
    Pointer fuse_lowlevel_new(Pointer arguments, Pointer operations, @size_t long operationsSize, Pointer userData);

    /** Appends a copy. */
    int fuse_opt_add_arg(Pointer arguments, byte[] argument);

    void fuse_opt_free_args(Pointer arguments);

    void fuse_session_add_chan(Pointer session, Pointer channel);

    void fuse_session_remove_chan(Pointer channel);

    @size_t long fuse_chan_bufsize(Pointer channel);

    /** Waits for a request. Its size, or 0 at the end, or -errno. */
    int fuse_session_receive_buf(Pointer session, Pointer buffer, Pointer channel);

    /** Calls the operation that was asked for. */
    void fuse_session_process_buf(Pointer session, Pointer buffer, Pointer channel);

    void fuse_session_exit(Pointer session);

    int fuse_session_exited(Pointer session);

    /** No other thread may be in libfuse with this session. */
    void fuse_session_destroy(Pointer session);

    /** struct fuse_ctx: uid, gid, pid and umask of who asks, 4 bytes each. Valid until the reply. */
    Pointer fuse_req_ctx(long request);

    int fuse_reply_err(long request, int errno);

    void fuse_reply_none(long request);

    int fuse_reply_entry(long request, Pointer entry);

    int fuse_reply_create(long request, Pointer entry, Pointer info);

    int fuse_reply_attr(long request, Pointer stat, double seconds);

    int fuse_reply_readlink(long request, byte[] target);

    int fuse_reply_open(long request, Pointer info);

    int fuse_reply_write(long request, @size_t long count);

    int fuse_reply_buf(long request, Pointer bytes, @size_t long size);

    int fuse_reply_statfs(long request, Pointer statvfs);

    int fuse_reply_xattr(long request, @size_t long size);

    /** Forgets attributes, and from {@code offset} on also contents unless it is negative. 0, or -errno: -ENOENT if the kernel does not know the inode. */
    int fuse_lowlevel_notify_inval_inode(Pointer channel, long node, long offset, long length);

    int fuse_lowlevel_notify_inval_entry(Pointer channel, long parent, byte[] name, @size_t long length);

    /** @throws UnsatisfiedLinkError if it is not installed */
    static LibFuse load() {
        return LibraryLoader.create(LibFuse.class).failImmediately().load("libfuse.so.2");
    }
}
