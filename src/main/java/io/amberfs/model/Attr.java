package io.amberfs.model;

/**
 * What stat(2) shows of an inode. Sizes in bytes, times in nanoseconds since 1970.
 *
 * @param ino    inode number as shown; those of the past differ from those of the present
 * @param stored bytes that are mapped (holes do not count), for st_blocks
 */
public record Attr(long ino, int mode, int nlink, int uid, int gid, long size, long stored, long rdev, long atime, long mtime, long ctime, long btime) {
    /** Number of 512-byte units, as in st_blocks. */
    public long blocks512() {
        return (stored + 511) / 512;
    }
}
