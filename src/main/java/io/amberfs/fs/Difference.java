package io.amberfs.fs;

import io.amberfs.model.Inode;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that is not the same at two instants. Immutable; the arrays are not to be changed.
 *
 * @param path   from the root, without a slash at its start; empty for the root. Of what is gone, that of the instant before; else that of the instant behind
 * @param from   what is {@link Kind#MOVED} was there; else empty
 * @param before as it was; of what was replaced by another inode, that which stood there
 * @param after  as it is
 * @param what   of what was there before and behind: what of it is another
 */
public record Difference(Kind kind, byte[] path, byte[] from, Optional<At> before, Optional<At> after, Set<What> what) {
    /** {@code ADDED} and {@code REMOVED} names; an inode or name that is {@code CHANGED}; one that is {@code MOVED}, and may have changed, too. */
    public enum Kind {
        ADDED, REMOVED, CHANGED, MOVED
    }

    /** Of directories contents and time are not told: the names in them are. */
    public enum What {
        CONTENTS, MODE, OWNER, XATTRS, TIME
    }

    /** An inode at one of the two instants. */
    public record At(long ino, Inode inode) {
    }
}
