package io.amberfs.store;

/** The rows of a table from {@code first} to {@code last}, both included. */
public record Stretch(byte[] first, byte[] last) {
}
