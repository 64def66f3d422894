package io.amberfs.kernel;

import io.amberfs.posix.OwnLibrary;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * What {@code native/amberfs.c} exports, described there. Results are not negative, or -errno; texts end with a NUL; addresses are those of direct buffers. Public only because
 * jnr-ffi implements it from a class loader of its own. Thread-safe but for the exchange, which one thread at a time may call.
 */
public interface NativeCalls extends OwnLibrary.Versioned {
    @IgnoreError
    int amberfs_open();

    @IgnoreError
    int amberfs_mount(@In byte[] source, @In byte[] mountpoint, @In byte[] type, long flags, @In byte[] data);

    @IgnoreError
    int amberfs_fusermount(@In byte[] program, @In byte[] mountpoint, @In byte[] options, @Out byte[] message, long size);

    @IgnoreError
    int amberfs_close(int fd);

    @IgnoreError
    long amberfs_exchange(long exchange, long reply, long length, long request, long size);

    @IgnoreError
    int amberfs_reply(int fd, long reply, long length);
}
