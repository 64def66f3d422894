package io.amberfs.fs;

import io.amberfs.history.View;
import io.amberfs.model.Body;

/**
 * Notices that a file is read in order and a little at a time, and has what comes next loaded meanwhile. Who asks for {@link Contents#LARGE} reads ahead by itself: a kernel's
 * window grows to that within a few requests, so nothing is loaded before there were some small ones.
 *
 * <p>Thread-safe: a race costs a read-ahead, no more.
 */
final class ReadAhead {
    /** What is loaded ahead: about 60 blocks, a fraction of the cache. */
    private static final int AHEAD = 4 << 20;
    /** Requests of one reader come side by side and so somewhat out of order: by so many times their length. */
    private static final int JITTER = 4;
    /** Small requests in order before the first that is read ahead of. */
    private static final int PATIENCE = 3;

    /** Has [from, to) of a file loaded, some time. */
    @FunctionalInterface
    interface Loader {
        void load(View view, Body body, long from, long to);
    }

    private final Loader loader;
    private volatile long expected;
    private volatile long loaded;
    private volatile int small;

    ReadAhead(Loader loader) {
        this.loader = loader;
    }

    /** [offset, end) of a file of {@code size} bytes is being read. */
    void read(View view, Body body, long offset, long end, long size) {
        boolean inOrder = offset > 0 && Math.abs(offset - expected) <= JITTER * (end - offset);
        expected = inOrder ? Math.max(expected, end) : end;
        boolean isLarge = end - offset >= Contents.LARGE;
        small = inOrder && !isLarge ? Math.min(small, PATIENCE) + 1 : 0;
        if (small <= PATIENCE) {
            loaded = Math.max(end, inOrder ? loaded : 0);
        } else if (loaded < size && end + AHEAD / 2 > loaded) {
            long from = Math.max(end, loaded);
            loaded = Math.min(size, end + AHEAD);
            loader.load(view, body, from, loaded);
        }
    }
}
