package io.amberfs.mount;

import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;

/** Answers what the kernel asks about names: looks up, makes, removes and moves them. Thread-safe. */
final class NameCalls {
    private final Drive drive;
    private final NodeIds ids;
    private final Validity validity;

    NameCalls(Drive drive, NodeIds ids, Validity validity) {
        this.drive = drive;
        this.ids = ids;
        this.validity = validity;
    }

    /** A name that is missing is an answer too: the kernel remembers it. */
    void lookup(Reply reply, long parent, byte[] name) {
        Node directory = ids.node(parent);
        Node node;
        try {
            node = drive.lookup(directory, Name.of(name));
        } catch (FsException e) {
            long seconds = e.errno() == Errno.ENOENT ? validity.missing(directory) : 0;
            if (seconds == 0) {
                throw e;
            }
            reply.absent(seconds);
            return;
        }
        reply.entry(entry(directory, node));
    }

    void forget(long node, long lookups) {
        ids.forget(node, lookups);
    }

    void readlink(Reply reply, long node) {
        reply.target(drive.readlink(ids.node(node)));
    }

    void mknod(Reply reply, Caller caller, long parent, byte[] name, int mode, long device) {
        Node directory = ids.node(parent);
        Node made = drive.mknod(directory, Name.of(name), mode, device, caller);
        reply.entry(entry(directory, made));
    }

    void mkdir(Reply reply, Caller caller, long parent, byte[] name, int mode) {
        Node directory = ids.node(parent);
        Node made = drive.mkdir(directory, Name.of(name), Mode.DIRECTORY | mode & Mode.PERMISSIONS, caller);
        reply.entry(entry(directory, made));
    }

    void symlink(Reply reply, Caller caller, long parent, byte[] name, byte[] target) {
        Node directory = ids.node(parent);
        Node made = drive.symlink(directory, Name.of(name), target, caller);
        reply.entry(entry(directory, made));
    }

    void link(Reply reply, long node, long newParent, byte[] newName) {
        Node directory = ids.node(newParent);
        Node file = ids.node(node);
        drive.link(file, directory, Name.of(newName));
        reply.entry(entry(directory, file));
    }

    void unlink(Reply reply, long parent, byte[] name) {
        drive.unlink(ids.node(parent), Name.of(name));
        reply.done();
    }

    void rmdir(Reply reply, long parent, byte[] name) {
        drive.rmdir(ids.node(parent), Name.of(name));
        reply.done();
    }

    void rename(Reply reply, long parent, byte[] name, long newParent, byte[] newName, RenameMode mode) {
        drive.rename(ids.node(parent), Name.of(name), ids.node(newParent), Name.of(newName), mode);
        reply.done();
    }

    /** Makes a file, or finds the one that someone else was quicker to make unless {@code mustBeNew}. */
    Node create(Caller caller, Node directory, byte[] name, int mode, boolean mustBeNew) {
        Name wanted = Name.of(name);
        try {
            return drive.create(directory, wanted, Mode.FILE | mode & Mode.PERMISSIONS, caller);
        } catch (FsException e) {
            if (e.errno() != Errno.EEXIST || mustBeNew) {
                throw e;
            }
            return drive.lookup(directory, wanted);
        }
    }

    Entry entry(Node parent, Node node) {
        long id = ids.told(node); // ahead of the attributes: never old ones for an inode that is renewed meanwhile
        try {
            return new Entry(id, drive.attr(node), validity.attr(node), validity.name(parent, node));
        } catch (RuntimeException e) {
            ids.forget(id, 1);
            throw e;
        }
    }
}
