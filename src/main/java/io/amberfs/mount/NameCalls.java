package io.amberfs.mount;

import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import jnr.ffi.Pointer;

/** Answers what the kernel asks about names: looks up, makes, removes and moves them. Thread-safe. */
final class NameCalls {
    /** struct fuse_ctx. */
    private static final int UID_AT = 0;
    private static final int GID_AT = 4;

    private final Drive drive;
    private final LibFuse fuse;
    private final NodeIds ids;
    private final Replies replies;

    NameCalls(Drive drive, LibFuse fuse, NodeIds ids, Replies replies) {
        this.drive = drive;
        this.fuse = fuse;
        this.ids = ids;
        this.replies = replies;
    }

    /** A name that is missing is an answer too: the kernel remembers it. */
    void lookup(long request, long parent, Pointer name) {
        Node directory = ids.node(parent);
        Node node;
        try {
            node = drive.lookup(directory, name(name));
        } catch (FsException e) {
            double seconds = e.errno() == Errno.ENOENT ? Entry.missingSeconds(directory) : 0;
            if (seconds == 0) {
                throw e;
            }
            replies.absent(request, seconds);
            return;
        }
        replies.entry(request, entry(directory, node));
    }

    void forget(long request, long node, long lookups) {
        ids.forget(node, lookups);
        replies.nothing(request);
    }

    /** struct fuse_forget_data: a number and its look-ups, 8 bytes each. */
    void forgetMany(long request, long count, Pointer forgets) {
        for (long i = 0; i < count; i++) {
            ids.forget(forgets.getLong(16 * i), forgets.getLong(16 * i + 8));
        }
        replies.nothing(request);
    }

    void readlink(long request, long node) {
        replies.target(request, drive.readlink(ids.node(node)));
    }

    void mknod(long request, long parent, Pointer name, int mode, long device) {
        Node directory = ids.node(parent);
        Node made = drive.mknod(directory, name(name), mode, device, caller(request));
        replies.entry(request, entry(directory, made));
    }

    void mkdir(long request, long parent, Pointer name, int mode) {
        Node directory = ids.node(parent);
        Node made = drive.mkdir(directory, name(name), Mode.DIRECTORY | mode & Mode.PERMISSIONS, caller(request));
        replies.entry(request, entry(directory, made));
    }

    void symlink(long request, Pointer target, long parent, Pointer name) {
        Node directory = ids.node(parent);
        Node made = drive.symlink(directory, name(name), Text.bytes(target), caller(request));
        replies.entry(request, entry(directory, made));
    }

    void link(long request, long node, long newParent, Pointer newName) {
        Node directory = ids.node(newParent);
        Node file = ids.node(node);
        drive.link(file, directory, name(newName));
        replies.entry(request, entry(directory, file));
    }

    void unlink(long request, long parent, Pointer name) {
        drive.unlink(ids.node(parent), name(name));
        replies.done(request);
    }

    void rmdir(long request, long parent, Pointer name) {
        drive.rmdir(ids.node(parent), name(name));
        replies.done(request);
    }

    void rename(long request, long parent, Pointer name, long newParent, Pointer newName) {
        drive.rename(ids.node(parent), name(name), ids.node(newParent), name(newName));
        replies.done(request);
    }

    /** Makes a file, or finds the one that someone else was quicker to make unless {@code mustBeNew}. */
    Node create(long request, Node directory, Pointer name, int mode, boolean mustBeNew) {
        Name wanted = name(name);
        try {
            return drive.create(directory, wanted, Mode.FILE | mode & Mode.PERMISSIONS, caller(request));
        } catch (FsException e) {
            if (e.errno() != Errno.EEXIST || mustBeNew) {
                throw e;
            }
            return drive.lookup(directory, wanted);
        }
    }

    Entry entry(Node parent, Node node) {
        Attr attr = drive.attr(node); // ahead of the number, which counts as told
        return new Entry(ids.told(node), attr, Entry.attrSeconds(node), Entry.seconds(parent, node));
    }

    /** The kernel has applied the umask already. */
    private Caller caller(long request) {
        Pointer who = fuse.fuse_req_ctx(request);
        return new Caller(who.getInt(UID_AT), who.getInt(GID_AT), 0);
    }

    /** @throws FsException EILSEQ, ENAMETOOLONG */
    private static Name name(Pointer text) {
        byte[] bytes = Text.bytes(text);
        if (!Text.isUtf8(bytes)) {
            throw new FsException(Errno.EILSEQ);
        }
        return Name.of(bytes);
    }
}
