package io.amberfs.fs;

/**
 * A place that a transport can name: a directory or file of the present or of the past, or one of the virtual directories. Immutable; equal nodes are the same place.
 */
public sealed interface Node {
    /** An inode of the present. */
    record Present(long ino) implements Node {
    }

    /** An inode as it was in commit {@code epoch}. */
    record Past(long epoch, long ino) implements Node {
    }

    /** {@code DIR/.snapshots}: the named snapshots and instants of the directory {@code dir} of the present. */
    record Snapshots(long dir) implements Node {
    }

    /** {@code DIR/.versions}: the files that ever had a place in the directory {@code dir}. */
    record Versions(long dir) implements Node {
    }

    /** {@code DIR/.versions/FILE}: the distinct versions of one file. */
    record VersionsOf(long dir, io.amberfs.model.Name file) implements Node {
    }

    Node ROOT = new Present(io.amberfs.model.Inode.ROOT);
}
