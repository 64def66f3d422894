package io.amberfs.fs;

/** skeleton */
public final class DirHandle implements AutoCloseable {
    private static UnsupportedOperationException no() { return new UnsupportedOperationException(); }
    /** Entries behind {@code cookie} (0: from the start), "." and ".." included. */
    public void read(long cookie, DirSink sink) { throw no(); }
    @Override public void close() { throw no(); }
}
