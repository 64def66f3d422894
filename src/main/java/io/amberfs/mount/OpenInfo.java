package io.amberfs.mount;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Reads and fills struct fuse_file_info: the flags of open(2) and our number of the handle. */
final class OpenInfo {
    static final int O_ACCMODE = 3;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;
    /** Also set in O_SYNC. */
    static final int O_DSYNC = 010000;

    private static final FuseFileInfo SHAPE = FuseFileInfo.of(Memory.allocateDirect(Runtime.getSystemRuntime(), 64));
    private static final long FLAGS = SHAPE.flags.offset();
    private static final long HANDLE = SHAPE.fh.offset();

    private OpenInfo() {
    }

    static boolean has(Pointer info, int flag) {
        return (info.getInt(FLAGS) & flag) != 0;
    }

    static boolean writes(Pointer info) {
        return has(info, O_ACCMODE);
    }

    static long handle(Pointer info) {
        return info.getLong(HANDLE);
    }

    static void putHandle(Pointer info, long number) {
        info.putLong(HANDLE, number);
    }
}
