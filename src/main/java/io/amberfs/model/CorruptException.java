package io.amberfs.model;

/** Bytes that were read are not what was once written: damage to one row, block or file. Everything else stays usable. */
public final class CorruptException extends Fault {
    public CorruptException(String message) {
        super(message, null);
    }

    public CorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
