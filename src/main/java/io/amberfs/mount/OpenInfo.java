package io.amberfs.mount;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Reads and fills struct fuse_file_info: the flags of open(2) and our number of the handle. */
final class OpenInfo {
    private static final FuseFileInfo SHAPE = FuseFileInfo.of(Memory.allocateDirect(Runtime.getSystemRuntime(), 64));
    private static final long FLAGS = SHAPE.flags.offset();
    private static final long HANDLE = SHAPE.fh.offset();
    /** jnr-fuse has no names for these two, which stand ahead of the handle with 4 bytes each. */
    private static final long WRITEPAGE = HANDLE - 8;
    private static final long BITS = HANDLE - 4;
    private static final int KEEP_CACHE = 1 << 1;

    private OpenInfo() {
    }

    /** As of open(2): {@link OpenFlags}. */
    static int flags(Pointer info) {
        return info.getInt(FLAGS);
    }

    /** Whether a write comes from a mapping: it goes where it says, also in a file that is open to append. */
    static boolean isWritepage(Pointer info) {
        return info.getInt(WRITEPAGE) != 0;
    }

    /** The kernel's pages of the file are still right. */
    static void keepCache(Pointer info) {
        info.putInt(BITS, info.getInt(BITS) | KEEP_CACHE);
    }

    static long handle(Pointer info) {
        return info.getLong(HANDLE);
    }

    static void putHandle(Pointer info, long number) {
        info.putLong(HANDLE, number);
    }
}
