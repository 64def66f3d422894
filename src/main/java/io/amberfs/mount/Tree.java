package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import java.util.Arrays;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * Finds what libfuse's paths mean: walks them from the root, name by name. A path is absolute, has no empty, "." or ".." part, and is at most as long as the
 * kernel lets it grow.
 *
 * <p>Only the last name of a path can be an orphan's, since only files are hidden. Thread-safe.
 */
final class Tree {
    private final Drive drive;
    private final Orphans orphans;

    Tree(Drive drive, Orphans orphans) {
        this.drive = drive;
        this.orphans = orphans;
    }

    /** @throws FsException ENOENT, ENOTDIR, ENAMETOOLONG, EILSEQ */
    Node node(Pointer path) {
        byte[] bytes = bytes(path);
        if (bytes.length == 1) {
            return Node.ROOT;
        }
        Place place = place(bytes);
        Optional<Node> orphan = orphans.at(place);
        return orphan.isPresent() ? orphan.get() : drive.lookup(place.parent(), place.name());
    }

    /** Where the path's last name is or would be. */
    Place place(Pointer path) {
        return place(bytes(path));
    }

    boolean isOrphan(Pointer path) {
        if (path == null || orphans.isEmpty()) {
            return false;
        }
        byte[] bytes = bytes(path);
        return bytes.length > 1 && orphans.at(place(bytes)).isPresent();
    }

    private Place place(byte[] path) {
        Node at = Node.ROOT;
        int from = 1;
        while (true) {
            int end = from;
            while (end < path.length && path[end] != '/') {
                end++;
            }
            Name name = name(Arrays.copyOfRange(path, from, end));
            if (end == path.length) {
                return new Place(at, name);
            }
            at = drive.lookup(at, name);
            from = end + 1;
        }
    }

    private static byte[] bytes(Pointer path) {
        if (path == null) {
            throw new FsException(Errno.ENOENT);
        }
        return Text.bytes(path);
    }

    private static Name name(byte[] bytes) {
        if (!isText(bytes)) {
            throw new FsException(Errno.EILSEQ);
        }
        return Name.of(bytes);
    }

    /** Whether this transport carries the name, which is "." or ".." or valid. */
    static boolean isText(byte[] name) {
        for (byte b : name) {
            if (b < 0) {
                return Name.of(name).isUtf8();
            }
        }
        return true;
    }
}
