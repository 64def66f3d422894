package io.amberfs.fs;

import io.amberfs.model.Attr;

/** skeleton */
public final class FileHandle implements AutoCloseable {
    private static UnsupportedOperationException no() { return new UnsupportedOperationException(); }
    public Node node() { throw no(); }
    public Attr attr() { throw no(); }
    /** @return bytes read, fewer than length only at the end of the file */
    public int read(long offset, int length, Sink sink) { throw no(); }
    public void write(long offset, byte[] source, int from, int length) { throw no(); }
    public void truncate(long size) { throw no(); }
    public void fsync(boolean dataOnly) { throw no(); }
    @Override public void close() { throw no(); }
}
