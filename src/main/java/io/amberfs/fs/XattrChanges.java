package io.amberfs.fs;

import io.amberfs.codec.XattrCodec;
import io.amberfs.history.Head;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Limits;
import io.amberfs.model.Xattr;

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

    void set(long ino, byte[] name, byte[] value, boolean mustNotExist, boolean mustExist) {
        Xattrs.requireKept(name);
        if (value.length > Limits.XATTR_VALUE_MAX) {
            throw new FsException(Errno.E2BIG);
        }
        parts.space().require(Tree.NEW_FILE_BYTES + value.length);
        tree.names().lock();
        try (Tree.Held held = tree.hold(ino); Head.Change change = head.begin()) {
            boolean exists = head.get(records.xattrKey(ino, name)).isPresent();
            if (exists && mustNotExist) {
                throw new FsException(Errno.EEXIST);
            } else if (!exists && mustExist) {
                throw new FsException(Errno.ENODATA);
            }
            change.put(records.xattrKey(ino, name), XattrCodec.encode(new Xattr(name, value)));
            records.put(change, ino, held.inode().withXattrs(true).changed(clock.nanos()));
        } finally {
            tree.names().unlock();
        }
    }

    void remove(long ino, byte[] name) {
        Xattrs.requireKept(name);
        tree.names().lock();
        try (Tree.Held held = tree.hold(ino); Head.Change change = head.begin()) {
            xattrs.find(head, ino, name);
            change.delete(records.xattrKey(ino, name));
            boolean others = xattrs.all(head, ino).size() > 0;
            records.put(change, ino, held.inode().withXattrs(others).changed(clock.nanos()));
        } finally {
            tree.names().unlock();
        }
    }
}
