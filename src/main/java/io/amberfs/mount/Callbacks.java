package io.amberfs.mount;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;

/**
 * The shapes of the functions in libfuse's {@code struct fuse_operations}. Paths and names are pointers to the bytes, since a Java string could not hold every
 * name; a path is null where libfuse has none (an open file whose directory is gone). Public only because jnr-ffi implements calls to them from a class loader
 * of its own.
 */
public final class Callbacks {
    private Callbacks() {
    }

    public interface OnPath {
        @Delegate
        int call(Pointer path);
    }

    /** For a second path or name as well as for a struct to read or to fill. */
    public interface OnTwo {
        @Delegate
        int call(Pointer path, Pointer other);
    }

    public interface OnThree {
        @Delegate
        int call(Pointer path, Pointer other, Pointer info);
    }

    public interface WithMode {
        @Delegate
        int call(Pointer path, int mode);
    }

    public interface WithModeAndInfo {
        @Delegate
        int call(Pointer path, int mode, Pointer info);
    }

    public interface WithModeAndDevice {
        @Delegate
        int call(Pointer path, int mode, long device);
    }

    public interface WithOwner {
        @Delegate
        int call(Pointer path, int uid, int gid);
    }

    public interface WithSize {
        @Delegate
        int call(Pointer path, long size);
    }

    public interface WithSizeAndInfo {
        @Delegate
        int call(Pointer path, long size, Pointer info);
    }

    public interface Transfer {
        @Delegate
        int call(Pointer path, Pointer buffer, long size, long offset, Pointer info);
    }

    public interface Fill {
        @Delegate
        int call(Pointer path, Pointer buffer, long size);
    }

    public interface SetXattr {
        @Delegate
        int call(Pointer path, Pointer name, Pointer value, long size, int flags);
    }

    public interface GetXattr {
        @Delegate
        int call(Pointer path, Pointer name, Pointer value, long size);
    }

    public interface ReadDirectory {
        @Delegate
        int call(Pointer path, Pointer listing, Pointer filler, long cookie, Pointer info);
    }

    public interface Allocate {
        @Delegate
        int call(Pointer path, int mode, long offset, long length, Pointer info);
    }

    public interface Init {
        @Delegate
        Pointer call(Pointer connection);
    }
}
