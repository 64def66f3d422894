package io.amberfs.fs;

import io.amberfs.model.Body;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the inodes that were deleted last had been: a process may still stand in such a directory, or hold a FIFO or an O_PATH descriptor, of which a drive is told nothing; it is
 * shown the attributes, without a link. Those that are asked for stay longest. Thread-safe; guarded by itself.
 */
final class RemovedInodes {
    /** About half a megabyte. */
    private static final int MOST = 2048;

    private final Map<Long, Inode> removed = new LinkedHashMap<>(16, 0.75f, true);

    synchronized void add(long ino, Inode inode) {
        Inode last = inode.withLinks(0).withXattrs(false);
        removed.put(ino, Mode.isLink(inode.mode()) ? last : last.withContents(inode.size(), inode.stored(), Body.NONE));
        if (removed.size() > MOST) {
            removed.remove(removed.keySet().iterator().next());
        }
    }

    /** It came back. */
    synchronized void forget(long ino) {
        removed.remove(ino);
    }

    synchronized Optional<Inode> find(long ino) {
        return Optional.ofNullable(removed.get(ino));
    }
}
