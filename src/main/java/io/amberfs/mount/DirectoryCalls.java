package io.amberfs.mount;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Drive;
import io.amberfs.model.Limits;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Answers what libfuse asks about open directories. Listings stream: each entry is given with the cookie of the next, so that libfuse keeps no more than it
 * sends, and asks again from there. Thread-safe.
 */
final class DirectoryCalls {
    /** int filler(void *listing, const char *name, const struct stat *stat, off_t cookie); called this way it costs no object per entry. */
    private static final CallContext FILLER = new CallContext(Type.SINT32, Type.POINTER, Type.POINTER, Type.POINTER, Type.SINT64);
    private static final ThreadLocal<Entry> ENTRY = ThreadLocal.withInitial(Entry::new);

    private final Drive drive;
    private final Tree tree;
    private final Handles<DirHandle> handles = new Handles<>();

    DirectoryCalls(Drive drive, Tree tree) {
        this.drive = drive;
        this.tree = tree;
    }

    int opendir(Pointer path, Pointer info) {
        OpenInfo.putHandle(info, handles.add(drive.openDir(tree.node(path))));
        return 0;
    }

    int readdir(Pointer listing, Pointer filler, long cookie, Pointer info) {
        Entry entry = ENTRY.get();
        handles.at(OpenInfo.handle(info)).read(cookie, (name, mode, ino, next) -> entry.give(listing, filler, name, mode, ino, next));
        return 0;
    }

    /** The entries of a directory are durable when the drive is. */
    int fsyncdir() {
        drive.sync();
        return 0;
    }

    int releasedir(Pointer info) {
        handles.remove(OpenInfo.handle(info)).close();
        return 0;
    }

    void closeAll(Answers answers) {
        for (long number : handles.numbers()) {
            answers.to("close", null, () -> {
                handles.remove(number).close();
                return 0;
            });
        }
    }

    /** Native memory for one entry on its way out. Confined to a thread. */
    private static final class Entry {
        private final Pointer name = Memory.allocateDirect(Runtime.getSystemRuntime(), Limits.NAME_MAX + 1);
        private final Pointer stat = Memory.allocateDirect(Runtime.getSystemRuntime(), Stat.BYTES, true);

        /** @return false if there is no room */
        boolean give(Pointer listing, Pointer filler, byte[] bytes, int mode, long ino, long cookie) {
            if (!Tree.isText(bytes)) {
                return true;
            }
            name.put(0, bytes, 0, bytes.length);
            name.putByte(bytes.length, (byte) 0);
            Stat.put(stat, ino, mode);
            return Invoker.getInstance().invokeN4(FILLER, filler.address(), listing.address(), name.address(), stat.address(), cookie) == 0;
        }
    }
}
