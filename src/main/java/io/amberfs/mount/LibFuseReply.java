package io.amberfs.mount;

import io.amberfs.fs.StatFs;
import io.amberfs.model.Attr;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.Statvfs;

/** Replies by way of libfuse, put together in native memory that each thread has of its own. */
final class LibFuseReply implements Reply {
    /** struct fuse_entry_param: number, generation, stat, and two doubles: for how many seconds the attributes and the name hold. */
    private static final int ENTRY_STAT = 16;
    private static final int ENTRY_ATTR_SECONDS = ENTRY_STAT + Stat.BYTES;
    private static final int ENTRY_SECONDS = ENTRY_ATTR_SECONDS + 8;
    private static final int ENTRY_BYTES = ENTRY_SECONDS + 8;

    private static final class Scratch {
        private final Pointer entry = zeroed(ENTRY_BYTES);
        private final Pointer stat = zeroed(Stat.BYTES);
        private final Pointer statvfs = zeroed(Struct.size(new Statvfs(Runtime.getSystemRuntime())));
        private final ByteBuffer room = ByteBuffer.allocateDirect(MountOptions.REQUEST_MAX);
        private final Pointer bytes = Pointer.wrap(Runtime.getSystemRuntime(), room);

        private static Pointer zeroed(int size) {
            return Memory.allocateDirect(Runtime.getSystemRuntime(), size, true);
        }
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final LibFuse fuse;
    private final long request;
    private final Pointer info;

    /** @param info struct fuse_file_info of a request that opens something; null for others, as libfuse has it */
    LibFuseReply(LibFuse fuse, long request, Pointer info) {
        this.fuse = fuse;
        this.request = request;
        this.info = info;
    }

    @Override
    public void error(int errno) {
        fuse.fuse_reply_err(request, errno);
    }

    @Override
    public void done() {
        fuse.fuse_reply_err(request, 0);
    }

    @Override
    public void nothing() {
        fuse.fuse_reply_none(request);
    }

    @Override
    public void entry(Entry entry) {
        fuse.fuse_reply_entry(request, filled(entry));
    }

    @Override
    public void absent(long seconds) {
        Pointer memory = SCRATCH.get().entry;
        memory.putLong(0, 0);
        memory.putDouble(ENTRY_SECONDS, seconds);
        fuse.fuse_reply_entry(request, memory);
    }

    @Override
    public void opened(Opened opened, Runnable unwanted) {
        fill(opened);
        if (fuse.fuse_reply_open(request, info) != 0) {
            unwanted.run();
        }
    }

    @Override
    public void created(Entry entry, Opened opened, Runnable unwanted) {
        fill(opened);
        if (fuse.fuse_reply_create(request, filled(entry), info) != 0) {
            unwanted.run();
        }
    }

    /** That a listing may be kept, this protocol cannot say. */
    private void fill(Opened opened) {
        OpenInfo.putHandle(info, opened.handle());
        if (opened.keepPages() && !opened.directory()) {
            OpenInfo.keepCache(info);
        }
    }

    @Override
    public void attr(Attr attr, long seconds) {
        Pointer stat = SCRATCH.get().stat;
        Stat.put(stat, attr);
        fuse.fuse_reply_attr(request, stat, seconds);
    }

    @Override
    public void target(byte[] target) {
        fuse.fuse_reply_readlink(request, Arrays.copyOf(target, target.length + 1));
    }

    @Override
    public void written(int count) {
        fuse.fuse_reply_write(request, count);
    }

    /** @param size at most {@link MountOptions#REQUEST_MAX}, which libfuse asked the kernel to keep to */
    @Override
    public ByteBuffer room(int size) {
        return SCRATCH.get().room.clear().limit(size);
    }

    @Override
    public void data(int length) {
        fuse.fuse_reply_buf(request, SCRATCH.get().bytes, length);
    }

    /** libfuse 2.9 has no request that is answered so. */
    @Override
    public void offset(long offset) {
        throw new FsException(Errno.ENOSYS);
    }

    /** libfuse 2.9 has no request that is answered so. */
    @Override
    public void statx(Attr attr, long seconds) {
        throw new FsException(Errno.ENOSYS);
    }

    @Override
    public void length(int length) {
        fuse.fuse_reply_xattr(request, length);
    }

    @Override
    public void statFs(StatFs statFs) {
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
