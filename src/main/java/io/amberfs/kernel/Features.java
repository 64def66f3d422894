package io.amberfs.kernel;

import java.nio.ByteBuffer;

/**
 * What kernel and drive agreed on with the first request (FUSE_INIT): each feature only where the kernel offers it. Immutable.
 *
 * @param minor protocol 7.minor that the kernel speaks
 * @param bits  features that are in use, by the bits of linux/fuse.h
 */
public record Features(int minor, long bits) {
    public static final int MAJOR = 7;
    /** Linux 5.4. */
    public static final int MINOR_MIN = 31;
    /** The newest whose structures are known here (Linux 6.12); a newer kernel goes down to it. */
    private static final int MINOR_MAX = 41;

    public static final long ASYNC_READ = 1;
    public static final long ATOMIC_O_TRUNC = 1 << 3;
    public static final long BIG_WRITES = 1 << 5;
    public static final long DONT_MASK = 1 << 6;
    public static final long DO_READDIRPLUS = 1 << 13;
    public static final long READDIRPLUS_AUTO = 1 << 14;
    public static final long ASYNC_DIO = 1 << 15;
    public static final long WRITEBACK_CACHE = 1 << 16;
    public static final long PARALLEL_DIROPS = 1 << 18;
    public static final long POSIX_ACL = 1 << 20;
    public static final long ABORT_ERROR = 1 << 21;
    public static final long MAX_PAGES = 1 << 22;
    public static final long CACHE_SYMLINKS = 1 << 23;
    public static final long EXPLICIT_INVAL_DATA = 1 << 25;
    public static final long HANDLE_KILLPRIV_V2 = 1 << 28;
    public static final long SETXATTR_EXT = 1 << 29;
    private static final long INIT_EXT = 1 << 30;

    /** Bytes of one request's data. The kernel takes no more pages than this. */
    public static final int DATA_MAX = 1 << 20;
    private static final int PAGE = 4096;
    /** Writes and reads ahead that the kernel has under way at once: fewer than there may be threads, so that they cannot hold up all else. */
    private static final int BACKGROUND_MAX = 16;
    /** Reserved words at the end of struct fuse_init_out: 7 of 4 bytes. */
    private static final int RESERVED = 28;

    /**
     * @param body   behind the request's header
     * @param wanted features that are taken if the kernel has them
     * @throws IllegalArgumentException with the reason if the kernel is too old
     */
    public static Features agree(Incoming body, long wanted) {
        int major = body.int32();
        int minor = body.int32();
        if (major != MAJOR || minor < MINOR_MIN) {
            throw new IllegalArgumentException("the kernel speaks protocol " + major + "." + minor + " of FUSE, and " + MAJOR + "." + MINOR_MIN + " (Linux 5.4) is the least");
        }
        body.skip(4);
        long offered = Integer.toUnsignedLong(body.int32());
        if ((offered & INIT_EXT) != 0) {
            offered |= Integer.toUnsignedLong(body.int32()) << 32;
        }
        return new Features(Math.min(minor, MINOR_MAX), offered & wanted);
    }

    public boolean has(long feature) {
        return (bits & feature) != 0;
    }

    /** struct fuse_init_out. */
    public void put(ByteBuffer body, int readAhead) {
        body.putInt(MAJOR).putInt(minor).putInt(readAhead).putInt((int) (bits | (bits >>> 32 != 0 ? INIT_EXT : 0)));
        body.putShort((short) BACKGROUND_MAX).putShort((short) (BACKGROUND_MAX * 3 / 4)).putInt(DATA_MAX).putInt(1);
        body.putShort((short) (DATA_MAX / PAGE)).putShort((short) 0).putInt((int) (bits >>> 32)).put(new byte[RESERVED]);
    }
}
