package io.amberfs.fs;

import io.amberfs.model.Name;
import java.util.function.LongPredicate;

/**
 * Whoever remembers what it was told of the present, such as a kernel: it is told here what changed other than through it, after the change and with no lock
 * held.
 */
public interface Invalidation {
    /** For a drive that nobody looks at otherwise. */
    Invalidation NONE = new Invalidation() {
        @Override
        public void entry(Node directory, Name name) {
        }

        @Override
        public void inode(Node node) {
        }

        @Override
        public void renewed(long[] inodes) {
        }

        @Override
        public void revised(LongPredicate epochs) {
        }
    };

    /** The name leads to something else now, or to nothing, or had led to nothing. */
    void entry(Node directory, Name name);

    /** Attributes or contents have changed. */
    void inode(Node node);

    /** These inodes of the present, which nobody has open, are to be taken for others of the same numbers; ascending. Called with locks held, and does not wait. */
    void renewed(long[] inodes);

    /** These commits show something else than they did. */
    void revised(LongPredicate epochs);
}
