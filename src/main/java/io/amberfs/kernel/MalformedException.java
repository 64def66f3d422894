package io.amberfs.kernel;

/** The bytes of a request are not what its operation takes. */
public final class MalformedException extends RuntimeException {
    MalformedException(String message) {
        super(message);
    }
}
