package io.amberfs.mount;

import io.amberfs.fs.StatFs;
import io.amberfs.model.Attr;
import io.amberfs.model.Limits;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * Fills and reads struct stat, and fills struct statvfs. The offsets are read once from jnr-fuse's layouts: its struct objects cost some twenty allocations each. Numbers are
 * put in the narrowest width that any platform gives them (nlink and blksize have 8 bytes on x86-64, 4 on aarch64): the memory was zero before its first use, and
 * both are little-endian.
 */
final class Stat {
    private static final FileStat SHAPE = new FileStat(Runtime.getSystemRuntime());
    private static final long INO = SHAPE.st_ino.offset();
    private static final long MODE = SHAPE.st_mode.offset();
    private static final long NLINK = SHAPE.st_nlink.offset();
    private static final long UID = SHAPE.st_uid.offset();
    private static final long GID = SHAPE.st_gid.offset();
    private static final long RDEV = SHAPE.st_rdev.offset();
    private static final long SIZE = SHAPE.st_size.offset();
    private static final long BLKSIZE = SHAPE.st_blksize.offset();
    private static final long BLOCKS = SHAPE.st_blocks.offset();
    private static final long ATIME = SHAPE.st_atim.tv_sec.offset();
    private static final long MTIME = SHAPE.st_mtim.tv_sec.offset();
    private static final long CTIME = SHAPE.st_ctim.tv_sec.offset();
    private static final long NANOS = SHAPE.st_atim.tv_nsec.offset() - ATIME;

    static final int BYTES = Struct.size(SHAPE);
    /** What programs like cp take as the size of their buffer: the largest request that this transport gets. */
    static final int PREFERRED_IO = 128 << 10;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Stat() {
    }

    static void put(Pointer stat, Attr attr) {
        stat.putLong(INO, attr.ino());
        stat.putInt(MODE, attr.mode());
        stat.putInt(NLINK, attr.nlink());
        stat.putInt(UID, attr.uid());
        stat.putInt(GID, attr.gid());
        stat.putLong(RDEV, attr.rdev());
        stat.putLong(SIZE, attr.size());
        stat.putInt(BLKSIZE, PREFERRED_IO);
        stat.putLong(BLOCKS, attr.blocks512());
        putTime(stat, ATIME, attr.atime());
        putTime(stat, MTIME, attr.mtime());
        putTime(stat, CTIME, attr.ctime());
    }

    static int mode(Pointer stat) {
        return stat.getInt(MODE);
    }

    static int uid(Pointer stat) {
        return stat.getInt(UID);
    }

    static int gid(Pointer stat) {
        return stat.getInt(GID);
    }

    static long size(Pointer stat) {
        return stat.getLong(SIZE);
    }

    /** In nanoseconds since 1970. */
    static long atime(Pointer stat) {
        return time(stat, ATIME);
    }

    /** In nanoseconds since 1970. */
    static long mtime(Pointer stat) {
        return time(stat, MTIME);
    }

    static void put(Pointer memory, StatFs statFs) {
        Statvfs out = Statvfs.of(memory);
        long free = statFs.free() / StatFs.BLOCK_SIZE;
        out.f_bsize.set(StatFs.BLOCK_SIZE);
        out.f_frsize.set(StatFs.BLOCK_SIZE);
        out.f_blocks.set(statFs.total() / StatFs.BLOCK_SIZE);
        out.f_bfree.set(free);
        out.f_bavail.set(free);
        // Inodes are made as needed: as many as there are blocks to put them in. A zero would look like a full drive to installers.
        out.f_files.set(statFs.files() + free);
        out.f_ffree.set(free);
        out.f_favail.set(free);
        out.f_namemax.set(Limits.NAME_MAX);
    }

    private static void putTime(Pointer stat, long at, long nanos) {
        stat.putLong(at, Math.floorDiv(nanos, NANOS_PER_SECOND));
        stat.putLong(at + NANOS, Math.floorMod(nanos, NANOS_PER_SECOND));
    }

    private static long time(Pointer stat, long at) {
        return SetAttr.time(stat.getLong(at), stat.getLong(at + NANOS));
    }
}
