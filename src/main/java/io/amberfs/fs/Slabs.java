package io.amberfs.fs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Arrays of the length of the longest stretches, which are used again: to make and to collect them anew took more than a tenth of the time of bulk writing.
 *
 * <p>Bounded in number; who gets none makes an array of its own. What is in one from its last use is nobody's to read. Thread-safe, guarded by itself.
 */
final class Slabs {
    /** As many as can be unsealed. */
    static final int MOST = (int) (Space.DIRTY_MAX / WriteBuffer.STRETCH_MAX);
    /** Kept while nobody writes. */
    private static final int KEPT = 4;

    private final Deque<byte[]> free = new ArrayDeque<>();
    private int taken;

    /** Empty when all are in use. */
    synchronized Optional<byte[]> take() {
        if (taken == MOST) {
            return Optional.empty();
        }
        taken++;
        return Optional.of(Optional.ofNullable(free.pollFirst()).orElseGet(() -> new byte[WriteBuffer.STRETCH_MAX]));
    }

    /** To be called once for each that was taken, when nobody can read it any more. */
    synchronized void give(byte[] slab) {
        taken--;
        if (free.size() < Math.max(KEPT, taken)) {
            free.addFirst(slab);
        }
    }

    /** As {@link #give}, but somebody may still read it: it is not used again. */
    synchronized void forsake() {
        taken--;
    }
}
