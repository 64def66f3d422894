package io.amberfs.fs;

import io.amberfs.codec.XattrCodec;
import io.amberfs.history.Head;
import io.amberfs.model.Clock;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Changes modes, owners and times of the present, and takes privileges away. Its callers are inside the gate; guarded by the lock of the {@link Tree}.
 *
 * <p>Privileges are what a program lends to whoever runs it: setuid, setgid of a file that its group may run (else the bit means mandatory locks, as Linux has it), and
 * security.capability.
 */
final class AttrChanges {
    private static final byte[] CAPABILITY = "security.capability".getBytes(StandardCharsets.US_ASCII);

    private final Records records;
    private final Head head;
    private final Tree tree;
    private final Xattrs xattrs;
    private final Clock clock;

    AttrChanges(Drive.Parts parts, Tree tree, Clock clock) {
        this.tree = tree;
        this.clock = clock;
        records = parts.records();
        head = parts.head();
        xattrs = tree.xattrs();
    }

    /** Changes all but the size, also of an inode that was deleted lately: a kernel that caches writes may send the times of a file after its name has gone. */
    void set(long ino, AttrChange wanted) {
        tree.names().lock();
        try {
            Optional<Inode> gone = tree.removed().find(ino);
            if (gone.isPresent() && records.find(head, ino).isEmpty()) {
                int mode = wanted.mode().isPresent() ? gone.get().mode() & Mode.TYPE | wanted.mode().getAsInt() & Mode.PERMISSIONS : gone.get().mode();
                tree.removed().add(ino, owned(gone.get().withMode(mode), wanted));
            } else {
                setPresent(ino, wanted);
            }
        } finally {
            tree.names().unlock();
        }
    }

    private void setPresent(long ino, AttrChange wanted) {
        try (Tree.Held held = tree.hold(ino); Head.Change change = head.begin()) {
            Inode inode = held.inode();
            if (wanted.mode().isPresent()) {
                inode = chmod(change, ino, inode, wanted.mode().getAsInt());
            }
            if (wanted.dropPrivileges() && !inode.isDirectory()) {
                inode = withoutCapability(change, ino, inode);
            }
            records.put(change, ino, owned(inode, wanted));
            if (wanted.mtime().isPresent()) {
                held.file().ifPresent(OpenFile::timesSet);
            }
        }
    }

    /** With owner and times, and without setuid and setgid, as wanted. */
    private Inode owned(Inode inode, AttrChange wanted) {
        Inode owned = inode.withOwner(wanted.uid().orElse(inode.uid()), wanted.gid().orElse(inode.gid()));
        if (wanted.dropPrivileges() && !inode.isDirectory()) {
            owned = owned.withMode(unprivileged(inode.mode()));
        }
        return owned.withTimes(wanted.atime().orElse(inode.atime()), wanted.mtime().orElse(inode.mtime()), wanted.ctime().orElseGet(clock::nanos));
    }

    /** Whether there is anything to take away; without a lock. */
    boolean hasPrivileges(long ino, boolean capabilityOnly) {
        Inode inode = records.inode(head, ino);
        return !capabilityOnly && unprivileged(inode.mode()) != inode.mode() || hasCapability(ino, inode);
    }

    void dropPrivileges(long ino, boolean capabilityOnly) {
        tree.names().lock();
        try (Tree.Held held = tree.hold(ino); Head.Change change = head.begin()) {
            Inode inode = withoutCapability(change, ino, held.inode());
            records.put(change, ino, (capabilityOnly ? inode : inode.withMode(unprivileged(inode.mode()))).changed(clock.nanos()));
        } finally {
            tree.names().unlock();
        }
    }

    private Inode chmod(Head.Change change, long ino, Inode inode, int mode) {
        Optional<Acl> acl = xattrs.acl(head, ino, inode, Acl.ACCESS);
        acl.ifPresent(before -> change.put(records.xattrKey(ino, Acl.ACCESS), XattrCodec.encode(new Xattr(Acl.ACCESS, before.withMode(mode).toBytes()))));
        return inode.withMode(inode.mode() & Mode.TYPE | mode & Mode.PERMISSIONS);
    }

    private Inode withoutCapability(Head.Change change, long ino, Inode inode) {
        if (!hasCapability(ino, inode)) {
            return inode;
        }
        change.delete(records.xattrKey(ino, CAPABILITY));
        return inode.withXattrs(!xattrs.all(head, ino, inode).isEmpty());
    }

    private boolean hasCapability(long ino, Inode inode) {
        return inode.hasXattrs() && head.get(records.xattrKey(ino, CAPABILITY)).isPresent();
    }

    private static int unprivileged(int mode) {
        boolean runs = (mode & Mode.GROUP_RUNS) != 0;
        return mode & ~(Mode.SETUID | (runs ? Mode.SETGID : 0));
    }
}
