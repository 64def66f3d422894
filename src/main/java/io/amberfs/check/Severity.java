package io.amberfs.check;

/** How bad a finding is. */
public enum Severity {
    /** Data is lost or cannot be read. */
    DAMAGE,
    /** An inconsistency that costs no data. */
    WARNING
}
