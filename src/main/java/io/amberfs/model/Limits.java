package io.amberfs.model;

/** Bounds that hold everywhere. Sizes in bytes. */
public final class Limits {
    /** Longest file name, as on every Linux filesystem. */
    public static final int NAME_MAX = 255;
    /** Longest symlink target (PATH_MAX less its NUL). */
    public static final int TARGET_MAX = 4095;
    /** Largest value of one extended attribute (XATTR_SIZE_MAX). */
    public static final int XATTR_VALUE_MAX = 65536;
    /** Longest name of an extended attribute (XATTR_NAME_MAX). */
    public static final int XATTR_NAME_MAX = 255;
    /** Largest file: 2^60 bytes, so that no sum of an offset and a length overflows. */
    public static final long FILE_MAX = 1L << 60;
    /** A region: the stretch of a file whose extents are one record. */
    public static final int REGION = 1 << 20;
    /** Largest plaintext of one block. */
    public static final int BLOCK_MAX = 256 << 10;
    /** Most hard links to one inode. */
    public static final int LINK_MAX = 1_000_000;

    private Limits() {
    }
}
