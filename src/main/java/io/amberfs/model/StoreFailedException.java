package io.amberfs.model;

/** The device or the database below failed: nothing more may be acknowledged. */
public final class StoreFailedException extends Fault {
    public StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
