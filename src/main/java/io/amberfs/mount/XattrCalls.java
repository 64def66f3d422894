package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jnr.ffi.Pointer;

/** Answers what the kernel asks about extended attributes. Their names are any bytes, but that those of POSIX ACLs are refused and not listed. Thread-safe. */
final class XattrCalls {
    private static final String SYSTEM = "system.";
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private final Drive drive;
    private final NodeIds ids;
    private final Replies replies;

    XattrCalls(Drive drive, NodeIds ids, Replies replies) {
        this.drive = drive;
        this.ids = ids;
        this.replies = replies;
    }

    void set(long request, long id, Pointer name, Pointer value, long size, int flags) {
        byte[] bytes = new byte[(int) size];
        if (size > 0) {
            value.get(0, bytes, 0, bytes.length);
        }
        drive.setXattr(ids.node(id), name(name), bytes, (flags & XATTR_CREATE) != 0, (flags & XATTR_REPLACE) != 0, false);
        replies.done(request);
    }

    void get(long request, long id, Pointer name, long size) {
        reply(request, drive.xattr(ids.node(id), name(name)), size);
    }

    /** Each name with a NUL behind it. */
    void list(long request, long id, long size) {
        List<byte[]> names = drive.xattrs(ids.node(id)).stream().filter(name -> !isSystem(name)).toList();
        byte[] all = new byte[names.stream().mapToInt(name -> name.length + 1).sum()];
        int at = 0;
        for (byte[] name : names) {
            System.arraycopy(name, 0, all, at, name.length);
            at += name.length + 1;
        }
        reply(request, all, size);
    }

    void remove(long request, long id, Pointer name) {
        drive.removeXattr(ids.node(id), name(name));
        replies.done(request);
    }

    /** @throws FsException EOPNOTSUPP for POSIX ACLs: libfuse 2.9 cannot have the kernel heed them */
    private static byte[] name(Pointer text) {
        byte[] name = Text.bytes(text);
        if (isSystem(name)) {
            throw new FsException(Errno.EOPNOTSUPP);
        }
        return name;
    }

    private static boolean isSystem(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1).startsWith(SYSTEM);
    }

    /** With a size of 0 the caller only asks how much room it takes. */
    private void reply(long request, byte[] bytes, long size) {
        if (size == 0) {
            replies.length(request, bytes.length);
        } else if (bytes.length > size) {
            throw new FsException(Errno.ERANGE);
        } else {
            replies.bytes(request, bytes);
        }
    }
}
