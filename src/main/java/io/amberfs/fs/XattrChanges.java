package io.amberfs.fs;

import io.amberfs.codec.XattrCodec;
import io.amberfs.history.Head;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.model.Xattr;
import java.util.Arrays;
import java.util.Optional;

/** Changes the extended attributes of the present. Its callers are inside the gate; guarded by the lock of the {@link Tree}. */
final class XattrChanges {
    private final Drive.Parts parts;
    private final Records records;
    private final Head head;
    private final Tree tree;
    private final Xattrs xattrs;
    private final Clock clock;

    XattrChanges(Drive.Parts parts, Tree tree, Clock clock) {
        this.parts = parts;
        this.tree = tree;
        this.clock = clock;
        records = parts.records();
        head = parts.head();
        xattrs = tree.xattrs();
    }

    /** @param dropSetgid whether an access ACL takes setgid away */
    void set(long ino, byte[] name, byte[] value, boolean mustNotExist, boolean mustExist, boolean dropSetgid) {
        Xattrs.requireKept(name);
        if (value.length > Limits.XATTR_VALUE_MAX) {
            throw new FsException(Errno.E2BIG);
        }
        boolean isAcl = Acl.isName(name);
        Optional<Acl> acl = isAcl ? Acl.parse(value) : Optional.empty();
        parts.space().require(Tree.NEW_FILE_BYTES + value.length);
        tree.names().lock();
        try (Tree.Held held = tree.hold(ino); Head.Change change = head.begin()) {
            boolean exists = held.inode().hasXattrs() && head.get(records.xattrKey(ino, name)).isPresent();
            if (exists && mustNotExist) {
                throw new FsException(Errno.EEXIST);
            } else if (!exists && mustExist) {
                throw new FsException(Errno.ENODATA);
            }
            Inode inode = isAcl ? withAcl(change, ino, held.inode(), name, acl, dropSetgid) : with(change, ino, held.inode(), new Xattr(name, value));
            records.put(change, ino, inode.changed(clock.nanos()));
        } finally {
            tree.names().unlock();
        }
    }

    /** To remove an ACL where there is none is no error, as on other Linux filesystems. */
    void remove(long ino, byte[] name) {
        Xattrs.requireKept(name);
        tree.names().lock();
        try (Tree.Held held = tree.hold(ino); Head.Change change = head.begin()) {
            if (Acl.isName(name) && xattrs.acl(head, ino, held.inode(), name).isEmpty()) {
                return;
            }
            xattrs.find(head, ino, name);
            records.put(change, ino, without(change, ino, held.inode(), name).changed(clock.nanos()));
        } finally {
            tree.names().unlock();
        }
    }

    /** The mode follows an access ACL; one that says no more than the mode does is not kept. */
    private Inode withAcl(Head.Change change, long ino, Inode inode, byte[] name, Optional<Acl> acl, boolean dropSetgid) {
        boolean access = Arrays.equals(name, Acl.ACCESS);
        if (Mode.isLink(inode.mode())) {
            throw new FsException(Errno.EOPNOTSUPP, "the permissions of a symlink");
        } else if (!access && acl.isPresent() && !inode.isDirectory()) {
            throw new FsException(Errno.EACCES, "a default ACL for what is no directory");
        }
        Inode after = inode;
        if (access && acl.isPresent()) {
            after = inode.withMode(inode.mode() & ~(0777 | (dropSetgid ? Mode.SETGID : 0)) | acl.get().permissions());
        }
        Optional<Acl> kept = acl.filter(a -> !access || !a.isMode());
        return kept.isPresent() ? with(change, ino, after, new Xattr(name, kept.get().toBytes())) : without(change, ino, after, name);
    }

    private Inode with(Head.Change change, long ino, Inode inode, Xattr xattr) {
        change.put(records.xattrKey(ino, xattr.name()), XattrCodec.encode(xattr));
        return inode.withXattrs(true);
    }

    private Inode without(Head.Change change, long ino, Inode inode, byte[] name) {
        if (!inode.hasXattrs()) {
            return inode;
        }
        change.delete(records.xattrKey(ino, name));
        return inode.withXattrs(!xattrs.all(head, ino, inode).isEmpty());
    }
}
