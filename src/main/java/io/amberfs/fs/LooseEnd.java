package io.amberfs.fs;

import io.amberfs.chunk.Chunker;
import java.util.Arrays;
import java.util.List;

/**
 * The last chunk of a growing file that a commit cut off, where its contents had no cut: when the file is written on, it is buffered again and cut with what follows. So the
 * chunks of a file written through many commits are those of the same file written at once, and deduplicate with them.
 *
 * <ul>
 * <li>Only for files that grow fast: one that is synced after every few bytes would write its last chunk again and again.
 * <li>What is kept is what the file has there: any other write to that place, and every change of the file's size, ends it.
 * </ul>
 *
 * <p>Guarded by its file's lock.
 */
final class LooseEnd {
    /** Bytes written since the last forced cut that make a file a fast one: at most a quarter of them is written again. */
    private static final int WRITTEN_MIN = 1 << 20;
    private static final byte[] NONE = {};

    private long start;
    private byte[] bytes = NONE;
    private long written;

    /** To be called ahead of a write: puts the end back into the buffer if the write goes on there. @return bytes by which the buffer grew */
    long takeUp(long at, int length, WriteBuffer buffer) {
        written += length;
        long end = start + bytes.length;
        if (bytes.length == 0 || at > end || at + length <= start) {
            return 0;
        }
        long grown = at == end ? buffer.write(start, bytes, 0, bytes.length) : 0;
        bytes = NONE;
        return grown;
    }

    /** A stretch that reaches to the end of its file was cut wholly. */
    void cut(WriteBuffer.Stretch stretch, List<Sealers.Cut> cuts) {
        Sealers.Cut last = cuts.get(cuts.size() - 1);
        boolean loose = written >= WRITTEN_MIN && last.length() < Chunker.MAX;
        bytes = loose ? Arrays.copyOfRange(stretch.bytes(), last.start(), last.start() + last.length()) : NONE;
        start = stretch.start() + last.start();
        written = 0;
    }

    /** The file is no longer what was written. */
    void forget() {
        bytes = NONE;
    }
}
