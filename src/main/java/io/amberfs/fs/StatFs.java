package io.amberfs.fs;

/** What statfs(2) shows. Bytes; {@code free} leaves out the reserve. */
public record StatFs(long total, long free, long files) {
    public static final int BLOCK_SIZE = 4096;
}
