package io.amberfs.cli;

import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of the past, as the stream describes it. Immutable; the arrays are not to be changed.
 *
 * @param mode   with the type bits, one of the seven
 * @param link   for a further name of an inode that came before: the path of the first
 * @param target of a symlink; empty for everything else
 * @param xattrs by name, one char per byte ({@link RestoreAttributes#key})
 */
record RestoreEntry(RestorePath path, int mode, int uid, int gid, long size, long mtime, long atime, long rdev, int nlink, Optional<RestorePath> link,
        byte[] target, Map<String, byte[]> xattrs) {

    static RestoreEntry of(RestoreFields in) {
        RestorePath path = in.path();
        int mode = (int) in.number("mode");
        if (!Mode.isKnown(mode)) {
            throw RestoreFields.broken(path + " has mode " + Integer.toOctalString(mode));
        }
        long size = in.number("size", 0);
        if (size < 0 || size > Limits.FILE_MAX) {
            throw RestoreFields.broken(path + " has size " + size);
        }
        byte[] target = Mode.isLink(mode) ? in.base64("target64") : new byte[0];
        long mtime = in.number("mtime");
        return new RestoreEntry(path, mode, (int) in.number("uid"), (int) in.number("gid"), size, mtime, in.number("atime", mtime), in.number("rdev", 0),
                (int) Math.min(in.number("nlink", 1), Integer.MAX_VALUE), in.base64IfAny("link64").map(RestorePath::new), target, in.xattrs());
    }

    RestoreEntry at(RestorePath other) {
        return new RestoreEntry(other, mode, uid, gid, size, mtime, atime, rdev, nlink, link, target, xattrs);
    }

    int type() {
        return mode & Mode.TYPE;
    }

    boolean isDirectory() {
        return Mode.isDirectory(mode);
    }

    /** Whether contents follow, up to an "end". */
    boolean hasContents() {
        return Mode.isFile(mode) && link.isEmpty();
    }
}
