package io.amberfs.fs;

import io.amberfs.history.View;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Inode;
import java.util.function.BiPredicate;

/** The way from a directory up to the root. Records that lead in a circle are found out (Brent's algorithm), instead of being followed for ever. Stateless. */
final class Ancestors {
    private Ancestors() {
    }

    /**
     * Shows {@code visitor} the number and record of {@code dir} and of each directory above it but the root, until it returns false.
     *
     * @throws CorruptException when a directory is its own ancestor
     */
    static void walk(Records records, View view, long dir, BiPredicate<Long, Inode> visitor) {
        long mark = dir;
        long steps = 0;
        long stepsMax = 1;
        long at = dir;
        while (at != Inode.ROOT) {
            Inode inode = records.directory(view, at);
            if (!visitor.test(at, inode)) {
                return;
            }
            at = inode.parent();
            if (at == mark) {
                throw new CorruptException("directory " + at + " lies within itself");
            }
            if (++steps == stepsMax) {
                mark = at;
                steps = 0;
                stepsMax *= 2;
            }
        }
    }
}
