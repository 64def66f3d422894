package io.amberfs.model;

/**
 * A stretch of a region that lies in one block.
 *
 * @param offset      first byte, counted from the start of the region
 * @param length      bytes, at least 1
 * @param block       number of the block
 * @param blockOffset first byte within the block's plaintext
 * @param check       first 8 bytes of the block's content id: a block that was put in its place is noticed
 */
public record Extent(int offset, int length, long block, int blockOffset, long check) {
    public int end() {
        return offset + length;
    }

    /** The part of this extent that lies in [from, to), both relative to the region; must not be empty. */
    public Extent slice(int from, int to) {
        int start = Math.max(from, offset);
        return new Extent(start, Math.min(to, end()) - start, block, blockOffset + start - offset, check);
    }
}
