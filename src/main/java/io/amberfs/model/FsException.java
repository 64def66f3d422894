package io.amberfs.model;

/** The answer of a filesystem operation that cannot be carried out: an errno for the caller. Not a fault of the store. Has no stack trace, so it is cheap. */
public final class FsException extends RuntimeException {
    private final Errno errno;

    public FsException(Errno errno, String message) {
        super(errno + ": " + message, null, false, false);
        this.errno = errno;
    }

    public FsException(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
