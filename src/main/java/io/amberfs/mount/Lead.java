package io.amberfs.mount;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether somebody fetches requests. One word tells whether there is a leader, whether it is at work or at the device, and counts up, so that each change is one atomic step and no
 * state comes twice. Thread-safe.
 */
final class Lead {
    private static final long BUSY = 1;
    private static final long VACANT = 2;
    private static final int COUNT_SHIFT = 2;

    private final AtomicLong state = new AtomicLong(VACANT);

    long now() {
        return state.get();
    }

    /** Whether in that state somebody led and carried a request out. */
    static boolean isBusy(long state) {
        return (state & BUSY) != 0;
    }

    boolean isVacant() {
        return (state.get() & VACANT) != 0;
    }

    /** The leader has fetched a request. @return the new state, by which it may go on leading */
    long fetched() {
        long busy = next(state.get(), BUSY);
        state.set(busy);
        return busy;
    }

    /** The leader goes back to the device. @return false if the lead was taken from it */
    boolean goesOn(long busy) {
        return state.compareAndSet(busy, next(busy, 0));
    }

    /** Takes the lead from who was busy in that state. @return false if the state has changed */
    boolean vacate(long busy) {
        return state.compareAndSet(busy, next(busy, VACANT));
    }

    /** While nobody leads, and nobody else may become the leader. */
    void take() {
        state.set(next(state.get(), 0));
    }

    private static long next(long state, long flags) {
        return (state >>> COUNT_SHIFT) + 1 << COUNT_SHIFT | flags;
    }
}
