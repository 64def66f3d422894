package io.amberfs.posix;

import io.amberfs.model.Mode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statx(2) says of an inode. Times in nanoseconds since 1970, clamped to what a long holds; {@code blocks} in units of 512 bytes; device numbers as the
 * C library packs them. Immutable.
 *
 * @param mountRoot whether another filesystem is mounted on it (known since Linux 5.8; false before)
 */
public record FileStat(long device, long ino, int mode, int nlink, int uid, int gid, long size, long blocks, long rdev, long atime, long mtime, long ctime,
        boolean mountRoot) {
    static final int SIZE = 256;
    /** STATX_BASIC_STATS. */
    static final int MASK = 0x7ff;
    private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;

    static FileStat of(byte[] statx) {
        ByteBuffer in = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        return new FileStat(device(in, 136), in.getLong(32), in.getShort(28) & 0xffff, in.getInt(16), in.getInt(20), in.getInt(24),
                in.getLong(40), in.getLong(48), device(in, 128), time(in, 64), time(in, 112), time(in, 96), (in.getLong(8) & STATX_ATTR_MOUNT_ROOT) != 0);
    }

    public int type() {
        return mode & Mode.TYPE;
    }

    public int permissions() {
        return mode & Mode.PERMISSIONS;
    }

    public boolean isSameInode(FileStat other) {
        return device == other.device && ino == other.ino;
    }

    /** glibc's gnu_dev_makedev; below major 4096 and minor 2^20 the same as the kernel's 32-bit form. */
    private static long device(ByteBuffer in, int at) {
        long major = in.getInt(at) & 0xffffffffL;
        long minor = in.getInt(at + 4) & 0xffffffffL;
        return (major & 0xfffL) << 8 | (major & ~0xfffL) << 32 | minor & 0xffL | (minor & ~0xffL) << 12;
    }

    private static long time(ByteBuffer in, int at) {
        long seconds = in.getLong(at);
        if (seconds >= Long.MAX_VALUE / 1_000_000_000L) {
            return Long.MAX_VALUE;
        }
        if (seconds <= Long.MIN_VALUE / 1_000_000_000L) {
            return Long.MIN_VALUE;
        }
        return seconds * 1_000_000_000L + (in.getInt(at + 8) & 0xffffffffL);
    }
}
