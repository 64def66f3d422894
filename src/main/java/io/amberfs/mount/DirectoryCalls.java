package io.amberfs.mount;

import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;

/**
 * Answers what the kernel asks about open directories by libfuse. Listings stream: the kernel asks again from the cookie of the last entry that it took. Names
 * that are not UTF-8, which libfuse does not carry, are left out. Thread-safe.
 */
final class DirectoryCalls {
    private final Drive drive;
    private final NodeIds ids;
    private final Answers answers;
    private final Handles<DirHandle> handles = new Handles<>();

    DirectoryCalls(Drive drive, NodeIds ids, Answers answers) {
        this.drive = drive;
        this.ids = ids;
        this.answers = answers;
    }

    void opendir(Reply reply, long id) {
        Node node = ids.node(id);
        long number = handles.add(drive.openDir(node));
        boolean lasting = node instanceof Node.Present || node instanceof Node.Past;
        reply.opened(new Reply.Opened(number, lasting, true), () -> answers.quietly("close", id, () -> handles.remove(number).close()));
    }

    void readdir(Reply reply, long handle, int size, long cookie) {
        Listing listing = new Listing(reply.room(size), true);
        handles.at(handle).read(cookie, listing::add);
        reply.data(listing.length());
    }

    /** The entries of a directory are durable when all names are. */
    void fsyncdir(Reply reply) {
        drive.syncNames();
        reply.done();
    }

    void releasedir(Reply reply, long handle) {
        handles.remove(handle).close();
        reply.done();
    }

    void closeAll() {
        for (long number : handles.numbers()) {
            answers.quietly("close", ids.told(handles.at(number).node()), () -> handles.remove(number).close());
        }
    }
}
