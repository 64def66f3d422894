package io.amberfs.block;

/**
 * A block as extents name it.
 *
 * @param number its number, from 1
 * @param check  the first 8 bytes of its content id
 * @param length bytes of plaintext
 */
public record BlockRef(long number, long check, int length) {
}
