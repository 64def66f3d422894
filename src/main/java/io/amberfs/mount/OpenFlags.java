package io.amberfs.mount;

/** The flags of open(2), as Linux has them on all machines that we run on. */
final class OpenFlags {
    static final int O_ACCMODE = 3;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;
    /** Also set in O_SYNC. */
    static final int O_DSYNC = 010000;

    private OpenFlags() {
    }

    static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    static boolean writes(int flags) {
        return has(flags, O_ACCMODE);
    }
}
