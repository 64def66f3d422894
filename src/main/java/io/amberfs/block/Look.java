package io.amberfs.block;

/** Is shown the plaintext of a block, in an array that others use again: the bytes are there only during the call, and are not to be changed. */
@FunctionalInterface
public interface Look<T> {
    T at(byte[] bytes, int offset, int length);
}
