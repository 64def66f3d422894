package io.amberfs.fs;

/** Takes the bytes of a read, piece by piece and in any order; {@code at} counts from the start of the read. Must copy at once. */
@FunctionalInterface
public interface Sink {
    void put(int at, byte[] source, int offset, int length);
}
