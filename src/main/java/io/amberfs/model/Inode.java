package io.amberfs.model;

/**
 * The record of one inode. Times in nanoseconds since 1970, size in bytes. Immutable.
 *
 * @param mode      type and permissions as in st_mode
 * @param stored    bytes of the contents that are mapped
 * @param hasXattrs whether there are xattr rows
 * @param parent    the directory it is in; of several the first; its own number for the root, 0 for what has no name
 * @param name      its name there; empty for the root and what has none
 */
public record Inode(int mode, int nlink, int uid, int gid, long size, long stored, long rdev, long atime, long mtime, long ctime, long btime,
                    boolean hasXattrs, long parent, byte[] name, Body body) {
    public static final byte[] NO_NAME = {};
    /** The number of every volume's root directory. */
    public static final long ROOT = 1;

    public boolean isDirectory() {
        return Mode.isDirectory(mode);
    }

    public boolean isFile() {
        return Mode.isFile(mode);
    }

    public Attr attr(long ino) {
        return new Attr(ino, mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime);
    }

    public Inode withMode(int mode) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    public Inode withOwner(int uid, int gid) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    public Inode withLinks(int nlink) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    public Inode withTimes(long atime, long mtime, long ctime) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    public Inode withXattrs(boolean hasXattrs) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    public Inode withPlace(long parent, byte[] name) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    public Inode withContents(long size, long stored, Body body) {
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, hasXattrs, parent, name, body);
    }

    /** Changed in its contents at {@code now}: mtime and ctime. */
    public Inode modified(long now) {
        return withTimes(atime, now, now);
    }

    /** Changed in its attributes at {@code now}: ctime. */
    public Inode changed(long now) {
        return withTimes(atime, mtime, now);
    }
}
