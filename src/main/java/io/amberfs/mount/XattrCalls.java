package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.List;

/** Answers what the kernel asks about extended attributes. Their names are any bytes. Thread-safe. */
final class XattrCalls {
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private final Drive drive;
    private final NodeIds ids;

    XattrCalls(Drive drive, NodeIds ids) {
        this.drive = drive;
        this.ids = ids;
    }

    void set(Reply reply, long id, byte[] name, byte[] value, int flags) {
        drive.setXattr(ids.node(id), name, value, (flags & XATTR_CREATE) != 0, (flags & XATTR_REPLACE) != 0);
        reply.done();
    }

    void get(Reply reply, long id, byte[] name, long size) {
        answer(reply, drive.xattr(ids.node(id), name), size);
    }

    /** Each name with a NUL behind it. */
    void list(Reply reply, long id, long size) {
        List<byte[]> names = drive.xattrs(ids.node(id));
        byte[] all = new byte[names.stream().mapToInt(name -> name.length + 1).sum()];
        int at = 0;
        for (byte[] name : names) {
            System.arraycopy(name, 0, all, at, name.length);
            at += name.length + 1;
        }
        answer(reply, all, size);
    }

    void remove(Reply reply, long id, byte[] name) {
        drive.removeXattr(ids.node(id), name);
        reply.done();
    }

    /** With a size of 0 the caller only asks how much room it takes. */
    private static void answer(Reply reply, byte[] bytes, long size) {
        if (size == 0) {
            reply.length(bytes.length);
        } else if (bytes.length > size) {
            throw new FsException(Errno.ERANGE);
        } else {
            reply.bytes(bytes);
        }
    }
}
