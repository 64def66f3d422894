package io.amberfs.store;

/** A key and its value; the arrays are not to be changed. */
public record Row(byte[] key, byte[] value) {
}
