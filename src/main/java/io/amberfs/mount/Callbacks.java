package io.amberfs.mount;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;

/**
 * The shapes of the functions in libfuse's {@code struct fuse_lowlevel_ops}. {@code request} is what the reply goes to, {@code node} the number of an inode
 * ({@link NodeIds}). Names are pointers to bytes, since a Java string could not hold every name. Public only because jnr-ffi implements calls to them from a
 * class loader of its own.
 */
public final class Callbacks {
    private Callbacks() {
    }

    public interface Init {
        @Delegate
        void call(Pointer userData, Pointer connection);
    }

    public interface OnNode {
        @Delegate
        void call(long request, long node);
    }

    /** For a size or a count as well. */
    public interface OnNodeAndNumber {
        @Delegate
        void call(long request, long node, long number);
    }

    /** For the name of an entry or of an attribute, or for what is open. */
    public interface OnNodeAndPointer {
        @Delegate
        void call(long request, long node, Pointer pointer);
    }

    public interface ForgetMany {
        @Delegate
        void call(long request, long count, Pointer forgets);
    }

    public interface SetAttr {
        @Delegate
        void call(long request, long node, Pointer stat, int which, Pointer info);
    }

    public interface MakeNode {
        @Delegate
        void call(long request, long parent, Pointer name, int mode, long device);
    }

    public interface MakeDirectory {
        @Delegate
        void call(long request, long parent, Pointer name, int mode);
    }

    public interface MakeSymlink {
        @Delegate
        void call(long request, Pointer target, long parent, Pointer name);
    }

    public interface Rename {
        @Delegate
        void call(long request, long parent, Pointer name, long newParent, Pointer newName);
    }

    public interface Link {
        @Delegate
        void call(long request, long node, long newParent, Pointer newName);
    }

    public interface Create {
        @Delegate
        void call(long request, long parent, Pointer name, int mode, Pointer info);
    }

    /** For files and directories. */
    public interface Read {
        @Delegate
        void call(long request, long node, long size, long offset, Pointer info);
    }

    public interface Write {
        @Delegate
        void call(long request, long node, Pointer bytes, long size, long offset, Pointer info);
    }

    public interface Sync {
        @Delegate
        void call(long request, long node, int dataOnly, Pointer info);
    }

    public interface SetXattr {
        @Delegate
        void call(long request, long node, Pointer name, Pointer value, long size, int flags);
    }

    public interface GetXattr {
        @Delegate
        void call(long request, long node, Pointer name, long size);
    }

    public interface Allocate {
        @Delegate
        void call(long request, long node, int mode, long offset, long length, Pointer info);
    }
}
