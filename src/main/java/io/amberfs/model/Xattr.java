package io.amberfs.model;

/** An extended attribute; the name with its namespace, as in {@code user.comment}. */
public record Xattr(byte[] name, byte[] value) {
}
