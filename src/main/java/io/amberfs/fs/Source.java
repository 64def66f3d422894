package io.amberfs.fs;

/** Gives the bytes of a write; {@code at} counts from its start. Good until the write has returned. */
@FunctionalInterface
public interface Source {
    void copy(int at, byte[] target, int offset, int count);

    /** The bytes of an array from {@code from} on. */
    static Source of(byte[] bytes, int from) {
        return (at, target, offset, count) -> System.arraycopy(bytes, from + at, target, offset, count);
    }
}
