package io.amberfs.mount;

import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.kernel.Outgoing;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;

import java.nio.ByteBuffer;

/**
 * Answers what the kernel asks about directories, with their entries' attributes if it likes. Nothing is remembered of an open directory: each page shows it as it is when
 * it is asked for. The kernel goes on believing the entries that it gets with attributes, and nothing changes a directory while it asks for a page of it. Thread-safe.
 */
final class DirectoryPages {
    private final Drive drive;
    private final NodeIds ids;
    private final Validity validity;

    DirectoryPages(Drive drive, NodeIds ids, Validity validity) {
        this.drive = drive;
        this.ids = ids;
        this.validity = validity;
    }

    /** @param handle the number to be given when it is closed. What a virtual directory shows changes with every commit. */
    void opendir(Reply reply, long id, long handle) {
        Node node = ids.node(id);
        boolean lasting = node instanceof Node.Present || node instanceof Node.Past;
        if (lasting && !Mode.isDirectory(drive.attr(node).mode())) {
            throw new FsException(Errno.ENOTDIR);
        }
        reply.opened(new Reply.Opened(handle, lasting, true), () -> { });
    }

    void page(Reply reply, long id, int size, long cookie) {
        Listing listing = new Listing(reply.room(size), false);
        try (DirHandle handle = drive.openDir(ids.node(id))) {
            handle.read(cookie, listing::add);
        }
        reply.data(listing.length());
    }

    void pageWithAttributes(Reply reply, long id, int size, long cookie) {
        Node directory = ids.node(id);
        ByteBuffer room = reply.room(size);
        Listing listing = new Listing(room, false);
        try (DirHandle handle = drive.openDir(directory)) {
            handle.read(cookie, (name, mode, ino, number, next) -> {
                if (Outgoing.ENTRY + Listing.length(name) > room.remaining()) {
                    return false;
                }
                putEntry(room, directory, number);
                return listing.add(name, mode, ino, number, next);
            });
        }
        reply.data(listing.length());
    }

    /** An entry without attributes (such as "." and one that is damaged) has node 0: the kernel looks it up if it needs to. */
    private void putEntry(ByteBuffer room, Node directory, long number) {
        if (number == 0) {
            Outgoing.putMissing(room, 0);
            return;
        }
        Node node = directory instanceof Node.Past past ? new Node.Past(past.epoch(), number) : new Node.Present(number);
        long id = ids.told(node); // ahead of the attributes, as for a look-up
        Attr attr;
        try {
            attr = drive.attr(node);
        } catch (FsException | Fault e) {
            Outgoing.putMissing(room, 0);
            return;
        }
        Outgoing.putEntry(room, id, validity.name(directory, node), validity.attr(node), attr);
    }
}
