package io.amberfs.fs;

/** What a rename does with what stands under the new name, as the flags of renameat2(2) say. */
public enum RenameMode {
    /** It goes away. */
    REPLACE,
    /** The rename fails. RENAME_NOREPLACE */
    NO_REPLACE,
    /** It gets the old name; it has to be there, and may be of another type. RENAME_EXCHANGE */
    EXCHANGE
}
