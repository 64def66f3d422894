package io.amberfs.crypto;

import java.util.Arrays;

/**
 * A master key that a credential opened. Not thread-safe.
 *
 * @param slot   the slot that it opened
 * @param master 32 bytes, wiped by {@link #close}
 */
public record Unlocked(Slot slot, byte[] master) implements AutoCloseable {
    @Override
    public void close() {
        Arrays.fill(master, (byte) 0);
    }

    @Override
    public String toString() {
        return "Unlocked(" + slot + ")";
    }
}
