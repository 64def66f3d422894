package io.amberfs.mount;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;

/** The calls of the C library that Java has no words for. Public only because jnr-ffi implements it from a class loader of its own. Thread-safe. */
public interface LibC {
    /** Of a FUSE mount: every request that waits or comes fails from now on. */
    int MNT_FORCE = 1;
    int MNT_DETACH = 2;
    int UMOUNT_NOFOLLOW = 8;

    /** @param target the mountpoint, ended by a NUL */
    int umount2(@In byte[] target, int flags);

    int geteuid();

    /** Of a FUSE mount it is always asked of the daemon, unlike stat. @param path ended by a NUL @param out room for struct statfs */
    int statfs(@In byte[] path, Pointer out);

    static LibC load() {
        return LibraryLoader.create(LibC.class).load("c");
    }
}
