package io.amberfs.model;

/** Something is wrong with the store itself. A message names what is wrong, where, what was found and what was expected. */
public abstract sealed class Fault extends RuntimeException permits CorruptException, UnsupportedFormatException, StoreFailedException {
    Fault(String message, Throwable cause) {
        super(message, cause);
    }
}
