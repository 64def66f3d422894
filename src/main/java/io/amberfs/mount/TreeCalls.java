package io.amberfs.mount;

import io.amberfs.fs.AttrChange;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import java.util.OptionalInt;
import jnr.ffi.Pointer;

/**
 * Answers what libfuse asks about names and attributes. Thread-safe.
 *
 * <p>How an open file is unlinked: libfuse first asks for the attributes of a name {@code .fuse_hidden…} that it has made up (ENOENT, so the name is free),
 * then renames the file to it, and at the last close unlinks it. Here the rename is the unlink, and the rest of it happens in {@link Orphans} alone. When the
 * open file is in the way of a rename, the rename to the made-up name does nothing but note it: the user's rename, which follows within the same request,
 * replaces the file in one step, so that its name is never missing.
 */
final class TreeCalls {
    private final Drive drive;
    private final Tree tree;
    private final Orphans orphans;
    private final Clock clock;

    TreeCalls(Drive drive, Tree tree, Orphans orphans, Clock clock) {
        this.drive = drive;
        this.tree = tree;
        this.orphans = orphans;
        this.clock = clock;
    }

    int getattr(Pointer path, Pointer stat) {
        Attr attr = drive.attr(tree.node(path));
        Stat.put(stat, attr, links(attr, path));
        return 0;
    }

    /** libfuse takes one off the links of a file that it has hidden, when the kernel asks for attributes: it counts its own name, which does not exist here. */
    int links(Attr attr, Pointer path) {
        return attr.nlink() + (Request.current().is(Request.GETATTR) && tree.isOrphan(path) ? 1 : 0);
    }

    int readlink(Pointer path, Pointer buffer, long size) {
        byte[] target = drive.readlink(tree.node(path));
        int length = (int) Math.min(target.length, size - 1);
        buffer.put(0, target, 0, length);
        buffer.putByte(length, (byte) 0);
        return 0;
    }

    int mknod(Pointer path, int mode, long device) {
        Place place = newPlace(path);
        Request request = Request.current();
        drive.mknod(place.parent(), place.name(), mode, device, request.uid(), request.gid());
        return 0;
    }

    int mkdir(Pointer path, int mode) {
        Place place = newPlace(path);
        Request request = Request.current();
        drive.mkdir(place.parent(), place.name(), Mode.DIRECTORY | mode & Mode.PERMISSIONS, request.uid(), request.gid());
        return 0;
    }

    int symlink(Pointer target, Pointer path) {
        Place place = newPlace(path);
        Request request = Request.current();
        drive.symlink(place.parent(), place.name(), Text.bytes(target), request.uid(), request.gid());
        return 0;
    }

    int link(Pointer existing, Pointer path) {
        Place source = tree.place(existing);
        Place place = newPlace(path);
        refuseOrphan(source);
        drive.link(drive.lookup(source.parent(), source.name()), place.parent(), place.name());
        return 0;
    }

    int unlink(Pointer path) {
        Place place = tree.place(path);
        boolean wasOrphan = orphans.remove(place).isPresent();
        if (!wasOrphan && Request.current().is(Request.UNLINK)) {
            drive.unlink(place.parent(), place.name());
        }
        return 0;
    }

    int rmdir(Pointer path) {
        Place place = tree.place(path);
        drive.rmdir(place.parent(), place.name());
        return 0;
    }

    int rename(Pointer from, Pointer to) {
        Place source = tree.place(from);
        Place target = tree.place(to);
        if (Request.current().hides(target.name())) {
            hide(source, target);
            return 0;
        }
        refuseOrphan(source);
        drive.rename(source.parent(), source.name(), target.parent(), target.name());
        return 0;
    }

    private void hide(Place place, Place hidden) {
        Node node = orphans.at(place).orElse(null);
        if (node == null) {
            node = drive.lookup(place.parent(), place.name());
            if (Request.current().is(Request.UNLINK)) {
                drive.unlink(place.parent(), place.name());
            }
        }
        orphans.put(hidden, node);
        orphans.remove(place);
    }

    int chmod(Pointer path, int mode) {
        drive.setAttr(tree.node(path), AttrChange.mode(mode & Mode.PERMISSIONS));
        return 0;
    }

    int chown(Pointer path, int uid, int gid) {
        drive.setAttr(tree.node(path), AttrChange.owner(unlessAbsent(uid), unlessAbsent(gid)));
        return 0;
    }

    int truncate(Pointer path, long size) {
        drive.setAttr(tree.node(path), AttrChange.size(size));
        return 0;
    }

    int utimens(Pointer path, Pointer times) {
        drive.setAttr(tree.node(path), AttrChange.times(Times.at(times, 0, clock), Times.at(times, 1, clock)));
        return 0;
    }

    int statfs(Pointer memory) {
        Stat.put(memory, drive.statFs());
        return 0;
    }

    private static OptionalInt unlessAbsent(int id) {
        return id == -1 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Something that libfuse believes to be there cannot be made once more. */
    private Place newPlace(Pointer path) {
        Place place = tree.place(path);
        if (orphans.at(place).isPresent()) {
            throw new FsException(Errno.EEXIST);
        }
        return place;
    }

    /** What has been unlinked has no name to be renamed or linked, and does not come back. */
    private void refuseOrphan(Place source) {
        if (orphans.at(source).isPresent()) {
            throw new FsException(Errno.ENOENT);
        }
    }
}
