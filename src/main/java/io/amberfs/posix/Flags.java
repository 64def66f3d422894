package io.amberfs.posix;

/** The numbers of Linux' fcntl.h that this package passes. Immutable. */
final class Flags {
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_NONBLOCK = 04000;
    static final int O_NOATIME = 01000000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;
    /** The two that differ between machines: aarch64 keeps the numbers of 32-bit ARM. */
    static final int O_DIRECTORY;
    static final int O_NOFOLLOW;

    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
    static final int SEEK_DATA = 3;
    static final int LOCK_EX_NB = 2 | 4;

    static {
        switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> {
                O_DIRECTORY = 0200000;
                O_NOFOLLOW = 0400000;
            }
            case "aarch64" -> {
                O_DIRECTORY = 040000;
                O_NOFOLLOW = 0100000;
            }
            default -> throw new UnsupportedOperationException("the machine is " + System.getProperty("os.arch") + "; only x86_64 and aarch64 are known");
        }
    }

    private Flags() {
    }
}
