package io.amberfs.crypto;

import io.amberfs.model.Entropy;

/** Bytes that count up from a start: no randomness at all, for examples with fixed bytes. */
final class CountingEntropy implements Entropy {
    private byte next;

    CountingEntropy(int start) {
        next = (byte) start;
    }

    @Override
    public synchronized void fill(byte[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = next++;
        }
    }
}
