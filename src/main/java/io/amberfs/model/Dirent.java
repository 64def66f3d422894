package io.amberfs.model;

/**
 * One entry of a directory.
 *
 * @param type the type bits of st_mode
 */
public record Dirent(byte[] name, long ino, int type) {
}
