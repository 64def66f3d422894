package io.amberfs.model;

/** A persisted form has a version that this program does not know. */
public final class UnsupportedFormatException extends Fault {
    /** @param what the thing that has the version, as in "the store /srv/store" */
    public UnsupportedFormatException(String what, int found, int expected) {
        super(what + " has format version " + found + ", this amberfs reads version " + expected
            + (found > expected ? ": use a newer amberfs" : ": use an older amberfs to copy the data out"), null);
    }
}
