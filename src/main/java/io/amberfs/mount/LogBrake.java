package io.amberfs.mount;

import io.amberfs.model.Clock;

/** Lets a few lines a second into the log and counts the rest. Thread-safe. */
final class LogBrake {
    private static final int LINES_PER_WINDOW = 10;
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final Clock clock;
    /** These three guarded by this. */
    private long windowStart;
    private int lines;
    private long heldBack;

    LogBrake(Clock clock) {
        this.clock = clock;
        this.windowStart = clock.nanos();
    }

    synchronized boolean letsPass() {
        long now = clock.nanos();
        if (now - windowStart >= WINDOW_NANOS || now < windowStart) {
            windowStart = now;
            lines = 0;
        }
        if (lines < LINES_PER_WINDOW) {
            lines++;
            return true;
        }
        heldBack++;
        return false;
    }

    /** A remark on the lines that were not let pass since the last remark; empty if there were none. */
    synchronized String heldBack() {
        if (heldBack == 0) {
            return "";
        }
        String remark = " (" + heldBack + " such lines before this one were left out)";
        heldBack = 0;
        return remark;
    }
}
