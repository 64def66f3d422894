package io.amberfs.fs;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;

/** What of the drive may be changed: of the present all but the names of the past, and nothing at all while the drive is read-only. Makes room for changes, too. Thread-safe. */
final class Changeable {
    private final Health health;
    private final Writes writes;

    Changeable(Health health, Writes writes) {
        this.health = health;
        this.writes = writes;
    }

    /** @throws FsException EROFS for what is not the present */
    long inode(Node node) {
        if (!(node instanceof Node.Present present)) {
            throw new FsException(Errno.EROFS);
        }
        health.requireWritable();
        writes.boundHead();
        return present.ino();
    }

    /** The directory in which a name is to be made. @throws FsException EROFS, or EEXIST for a name of the past */
    long toAdd(Node parent, Name name) {
        return directory(parent, name, Errno.EEXIST);
    }

    /** The directory from which a name is to be taken. @throws FsException EROFS, or EBUSY for a name of the past */
    long toRemove(Node parent, Name name) {
        return directory(parent, name, Errno.EBUSY);
    }

    private long directory(Node parent, Name name, Errno virtual) {
        long dir = inode(parent);
        if (PastNames.isVirtual(name)) {
            throw new FsException(virtual);
        }
        return dir;
    }
}
