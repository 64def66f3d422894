package io.amberfs.mount;

import io.amberfs.fs.AttrChange;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;

/** Answers what the kernel asks about attributes, and changes them. Thread-safe. */
final class AttrCalls {
    private final Drive drive;
    private final NodeIds ids;
    private final Validity validity;

    AttrCalls(Drive drive, NodeIds ids, Validity validity) {
        this.drive = drive;
        this.ids = ids;
        this.validity = validity;
    }

    void getattr(Reply reply, long id) {
        Node node = ids.node(id);
        reply.attr(drive.attr(node), validity.attr(node));
    }

    void statx(Reply reply, long id) {
        Node node = ids.node(id);
        reply.statx(drive.attr(node), validity.attr(node));
    }

    void setattr(Reply reply, long id, AttrChange change) {
        Node node = ids.node(id);
        Attr attr = drive.setAttr(node, change);
        reply.attr(attr, validity.attr(node));
    }

    void statfs(Reply reply) {
        reply.statFs(drive.statFs());
    }
}
