package io.amberfs.mount;

import io.amberfs.fs.StatFs;
import io.amberfs.model.Attr;
import java.util.Arrays;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * Sends replies. Each request gets exactly one; whether the kernel still wants it matters only where something was opened. Thread-safe: each thread has its own
 * native memory to put a reply together in.
 */
final class Replies {
    /** struct fuse_entry_param: number, generation, stat, and two doubles: for how many seconds the attributes and the name hold. */
    private static final int ENTRY_STAT = 16;
    private static final int ENTRY_ATTR_SECONDS = ENTRY_STAT + Stat.BYTES;
    private static final int ENTRY_SECONDS = ENTRY_ATTR_SECONDS + 8;
    private static final int ENTRY_BYTES = ENTRY_SECONDS + 8;

    private static final class Scratch {
        private final Pointer entry = zeroed(ENTRY_BYTES);
        private final Pointer stat = zeroed(Stat.BYTES);
        private final Pointer statvfs = zeroed(Struct.size(new Statvfs(Runtime.getSystemRuntime())));
        private final Pointer bytes = Memory.allocateDirect(Runtime.getSystemRuntime(), MountOptions.REQUEST_MAX);

        private static Pointer zeroed(int size) {
            return Memory.allocateDirect(Runtime.getSystemRuntime(), size, true);
        }
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final LibFuse fuse;

    Replies(LibFuse fuse) {
        this.fuse = fuse;
    }

    void error(long request, int errno) {
        fuse.fuse_reply_err(request, errno);
    }

    void done(long request) {
        fuse.fuse_reply_err(request, 0);
    }

    void nothing(long request) {
        fuse.fuse_reply_none(request);
    }

    void entry(long request, Entry entry) {
        fuse.fuse_reply_entry(request, filled(entry));
    }

    /** That there is no such name, which the kernel may go on believing. */
    void absent(long request, double seconds) {
        Pointer memory = SCRATCH.get().entry;
        memory.putLong(0, 0);
        memory.putDouble(ENTRY_SECONDS, seconds);
        fuse.fuse_reply_entry(request, memory);
    }

    /** @return false if the kernel does not want it any more, and will not close it */
    boolean created(long request, Entry entry, Pointer info) {
        return fuse.fuse_reply_create(request, filled(entry), info) == 0;
    }

    /** @return false if the kernel does not want it any more, and will not close it */
    boolean opened(long request, Pointer info) {
        return fuse.fuse_reply_open(request, info) == 0;
    }

    void attr(long request, Attr attr, double seconds) {
        Pointer stat = SCRATCH.get().stat;
        Stat.put(stat, attr);
        fuse.fuse_reply_attr(request, stat, seconds);
    }

    void target(long request, byte[] target) {
        fuse.fuse_reply_readlink(request, Arrays.copyOf(target, target.length + 1));
    }

    void written(long request, long count) {
        fuse.fuse_reply_write(request, count);
    }

    /** Room of this thread for {@link MountOptions#REQUEST_MAX} bytes, to be given to {@link #bytes(long, int)}. */
    Pointer room() {
        return SCRATCH.get().bytes;
    }

    /** The first {@code length} bytes of {@link #room}. */
    void bytes(long request, int length) {
        fuse.fuse_reply_buf(request, SCRATCH.get().bytes, length);
    }

    void bytes(long request, byte[] bytes) {
        room().put(0, bytes, 0, bytes.length);
        bytes(request, bytes.length);
    }

    /** To who only asks how many bytes an attribute has. */
    void length(long request, long length) {
        fuse.fuse_reply_xattr(request, length);
    }

    void statFs(long request, StatFs statFs) {
        Pointer memory = SCRATCH.get().statvfs;
        Stat.put(memory, statFs);
        fuse.fuse_reply_statfs(request, memory);
    }

    private static Pointer filled(Entry entry) {
        Pointer memory = SCRATCH.get().entry;
        memory.putLong(0, entry.id());
        Stat.put(memory.slice(ENTRY_STAT), entry.attr());
        memory.putDouble(ENTRY_ATTR_SECONDS, entry.attrSeconds());
        memory.putDouble(ENTRY_SECONDS, entry.seconds());
        return memory;
    }
}
