package io.amberfs.fs;

import io.amberfs.history.View;
import io.amberfs.model.Body;

/** Notices that a file is read in order, and has what comes next loaded meanwhile. Thread-safe: a race costs a read-ahead, no more. */
final class ReadAhead {
    /** What is loaded ahead: about 60 blocks, a fraction of the cache. */
    private static final int AHEAD = 4 << 20;
    /** Requests of one reader come side by side and so somewhat out of order. */
    private static final int JITTER = 4 << 20;

    private final Contents contents;
    private volatile long expected;
    private volatile long loaded;

    ReadAhead(Contents contents) {
        this.contents = contents;
    }

    /** [offset, end) of a file of {@code size} bytes is being read. */
    void read(View view, Body body, long offset, long end, long size) {
        boolean inOrder = offset > 0 && Math.abs(offset - expected) <= JITTER;
        expected = inOrder ? Math.max(expected, end) : end;
        if (!inOrder) {
            loaded = end;
        } else if (loaded < size && end + AHEAD / 2 > loaded) {
            long from = Math.max(end, loaded);
            loaded = Math.min(size, end + AHEAD);
            contents.prefetch(view, body, from, loaded);
        }
    }
}
