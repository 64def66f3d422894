package io.amberfs.store;

/** The tables of a store. Their keys and values are described in docs/FORMAT.md. */
public enum Table {
    /** Counters, sessions, the store's identity. */
    META,
    /** The present: one row per record. */
    LIVE,
    /** What rows were before. */
    PAST,
    /** What each commit touched. */
    CHANGES,
    /** Commits, their times, snapshots. */
    COMMITS,
    /** Content id to block number. */
    INDEX,
    /** Sealed blocks by number. */
    BLOCKS
}
