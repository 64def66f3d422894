package io.amberfs.check;

/** The caller of a check wants it to end. */
final class Stopped extends RuntimeException {
    Stopped() {
        super("the check was stopped", null, false, false);
    }
}
