package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Answers what the kernel asks about extended attributes. Their names are any bytes. Thread-safe. */
final class XattrCalls {
    private static final String SYSTEM = "system.";
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private final Drive drive;
    private final NodeIds ids;
    private final boolean acls;

    /** @param acls whether the transport can have the kernel heed POSIX ACLs; else they are refused and not listed */
    XattrCalls(Drive drive, NodeIds ids, boolean acls) {
        this.drive = drive;
        this.ids = ids;
        this.acls = acls;
    }

    /** @param dropSetgid whether setting an ACL takes setgid away: the caller is not of the group */
    void set(Reply reply, long id, byte[] name, byte[] value, int flags, boolean dropSetgid) {
        drive.setXattr(ids.node(id), carried(name), value, (flags & XATTR_CREATE) != 0, (flags & XATTR_REPLACE) != 0, dropSetgid);
        reply.done();
    }

    void get(Reply reply, long id, byte[] name, long size) {
        answer(reply, drive.xattr(ids.node(id), carried(name)), size);
    }

    /** Each name with a NUL behind it. */
    void list(Reply reply, long id, long size) {
        List<byte[]> names = drive.xattrs(ids.node(id)).stream().filter(this::carries).toList();
        byte[] all = new byte[names.stream().mapToInt(name -> name.length + 1).sum()];
        int at = 0;
        for (byte[] name : names) {
            System.arraycopy(name, 0, all, at, name.length);
            at += name.length + 1;
        }
        answer(reply, all, size);
    }

    void remove(Reply reply, long id, byte[] name) {
        drive.removeXattr(ids.node(id), carried(name));
        reply.done();
    }

    /** @throws FsException EOPNOTSUPP */
    private byte[] carried(byte[] name) {
        if (!carries(name)) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        return name;
    }

    private boolean carries(byte[] name) {
        return acls || !new String(name, StandardCharsets.ISO_8859_1).startsWith(SYSTEM);
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
