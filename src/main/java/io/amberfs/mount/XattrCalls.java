package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.List;
import jnr.ffi.Pointer;

/** Answers what libfuse asks about extended attributes. Their names are any bytes. Thread-safe. */
final class XattrCalls {
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;

    private final Drive drive;
    private final Tree tree;

    XattrCalls(Drive drive, Tree tree) {
        this.drive = drive;
        this.tree = tree;
    }

    int set(Pointer path, Pointer name, Pointer value, long size, int flags) {
        byte[] bytes = new byte[(int) size];
        if (size > 0) {
            value.get(0, bytes, 0, bytes.length);
        }
        drive.setXattr(tree.node(path), Text.bytes(name), bytes, (flags & XATTR_CREATE) != 0, (flags & XATTR_REPLACE) != 0);
        return 0;
    }

    int get(Pointer path, Pointer name, Pointer buffer, long size) {
        byte[] value = drive.xattr(tree.node(path), Text.bytes(name));
        if (fits(value.length, size)) {
            buffer.put(0, value, 0, value.length);
        }
        return value.length;
    }

    /** Each name with a NUL behind it. */
    int list(Pointer path, Pointer buffer, long size) {
        List<byte[]> names = drive.xattrs(tree.node(path));
        int total = names.stream().mapToInt(name -> name.length + 1).sum();
        if (fits(total, size)) {
            int at = 0;
            for (byte[] name : names) {
                buffer.put(at, name, 0, name.length);
                buffer.putByte(at + name.length, (byte) 0);
                at += name.length + 1;
            }
        }
        return total;
    }

    int remove(Pointer path, Pointer name) {
        drive.removeXattr(tree.node(path), Text.bytes(name));
        return 0;
    }

    /** With a size of 0 the caller only asks how much room it takes. */
    private static boolean fits(int length, long size) {
        if (size != 0 && length > size) {
            throw new FsException(Errno.ERANGE);
        }
        return size != 0;
    }
}
