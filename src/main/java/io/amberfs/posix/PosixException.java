package io.amberfs.posix;

import io.amberfs.model.RawText;
import java.io.IOException;

/** A call to the system failed: its errno, and what was being done to which name. */
public final class PosixException extends IOException {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ERANGE = 34;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;
    public static final int ESTALE = 116;
    public static final int EDQUOT = 122;

    private final int errno;

    /** @param what the act and its object, such as "rename notes.txt" */
    public PosixException(int errno, String what) {
        super(what + ": " + text(errno));
        this.errno = errno;
    }

    PosixException(int errno, String act, byte[] object) {
        this(errno, act + " " + RawText.shown(object));
    }

    public int errno() {
        return errno;
    }

    public boolean is(int number) {
        return errno == number;
    }

    /** Whether the filesystem, or the user's share of it, is full. */
    public boolean isNoSpace() {
        return errno == ENOSPC || errno == EDQUOT;
    }

    private static String text(int errno) {
        jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(errno);
        return known.intValue() == errno ? known.toString() + " (" + known.name() + ")" : "error " + errno;
    }
}
