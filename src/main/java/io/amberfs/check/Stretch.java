package io.amberfs.check;

/** The time in which something is wrong, from the first such instant to the last, and what was found and expected at the last. Confined to one thread. */
final class Stretch {
    private long from = Long.MAX_VALUE;
    private long until;
    private long found;
    private long expected;

    void add(long from, long until, long found, long expected) {
        this.from = Math.min(this.from, from);
        this.until = Math.max(this.until, until);
        this.found = found;
        this.expected = expected;
    }

    boolean isEmpty() {
        return until == 0;
    }

    long from() {
        return from;
    }

    long until() {
        return until;
    }

    long found() {
        return found;
    }

    long expected() {
        return expected;
    }
}
