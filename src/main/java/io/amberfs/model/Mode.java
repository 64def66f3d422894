package io.amberfs.model;

/** The bits of st_mode. */
public final class Mode {
    public static final int TYPE = 0170000;
    public static final int SOCKET = 0140000;
    public static final int LINK = 0120000;
    public static final int FILE = 0100000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int DIRECTORY = 0040000;
    public static final int CHAR_DEVICE = 0020000;
    public static final int FIFO = 0010000;
    public static final int SETUID = 04000;
    public static final int SETGID = 02000;
    public static final int STICKY = 01000;
    public static final int GROUP_RUNS = 0010;
    public static final int PERMISSIONS = 07777;

    private Mode() {
    }

    public static boolean isDirectory(int mode) {
        return (mode & TYPE) == DIRECTORY;
    }

    public static boolean isFile(int mode) {
        return (mode & TYPE) == FILE;
    }

    public static boolean isLink(int mode) {
        return (mode & TYPE) == LINK;
    }

    public static boolean isDevice(int mode) {
        return (mode & TYPE) == BLOCK_DEVICE || (mode & TYPE) == CHAR_DEVICE;
    }

    /** Whether the type bits are one of the seven that Linux knows. */
    public static boolean isKnown(int mode) {
        return switch (mode & TYPE) {
            case SOCKET, LINK, FILE, BLOCK_DEVICE, DIRECTORY, CHAR_DEVICE, FIFO -> true;
            default -> false;
        };
    }
}
