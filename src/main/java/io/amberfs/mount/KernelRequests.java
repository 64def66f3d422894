package io.amberfs.mount;

import io.amberfs.fs.AttrChange;
import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.Source;
import io.amberfs.kernel.Features;
import io.amberfs.kernel.Incoming;
import io.amberfs.kernel.Opcode;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes requests of the kernel's own protocol and has them carried out. The structures are those of linux/fuse.h, whose fields are read in their order. Thread-safe. */
final class KernelRequests {
    /** Nothing changes behind the kernel's back, so what it knows need not expire; in seconds. */
    private static final long ENDLESS = Integer.MAX_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(KernelRequests.class);
    private static final int STRANGE_MAX = 32;
    private static final int WRITE_CACHE = 1;
    private static final int WRITE_KILL_SUIDGID = 1 << 2;
    private static final int OPEN_KILL_SUIDGID = 1;
    private static final int FSYNC_DATA_ONLY = 1;
    private static final int ROOT = 0;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int ACL_KILL_SGID = 1;
    private static final int ATTR_SIZE_MAX = 64 << 10;

    private final Drive drive;
    private final Answers answers;
    private final NodeIds ids;
    private final NameCalls names;
    private final AttrCalls attrs;
    private final FileCalls files;
    private final DirectoryPages directories;
    private final XattrCalls xattrs;
    private final Features features;
    private final Writeback writeback;
    private final Flusher flusher;
    private final Clock clock;
    /** Operations that were asked for and are not known. */
    private final Set<Integer> strange = ConcurrentHashMap.newKeySet();

    KernelRequests(Drive drive, NodeIds ids, Node root, Clock clock, Features features, Writeback writeback, Flusher flusher) {
        Validity validity = new Validity(ENDLESS, root);
        this.drive = drive;
        this.ids = ids;
        this.clock = clock;
        this.features = features;
        this.writeback = writeback;
        this.flusher = flusher;
        answers = new Answers(clock, ids::describe);
        names = new NameCalls(drive, ids, validity);
        attrs = new AttrCalls(drive, ids, validity);
        files = new FileCalls(drive, ids, names, answers, features.has(Features.WRITEBACK_CACHE));
        directories = new DirectoryPages(drive, ids, validity);
        xattrs = new XattrCalls(drive, ids, features.has(Features.POSIX_ACL));
    }

    void answer(Incoming request, Reply reply) {
        long node = request.node();
        long unique = request.unique();
        if (request.opcode() != Opcode.WRITE) {
            answers.to(request.opcode().text(), reply, node, () -> carryOut(request, node, reply));
            return;
        }
        writeback.awaitTurn(node, unique);
        try {
            answers.to(request.opcode().text(), reply, node, () -> carryOut(request, node, reply));
        } finally {
            writeback.done(node, unique);
        }
    }

    /** Whether the kernel can hold writes that have returned. */
    boolean hasWriters() {
        return files.hasWriters();
    }

    /** Whether it waits for the kernel to pass on what it holds, and so for other requests. */
    boolean waitsForOthers(Incoming request) {
        return switch (request.opcode()) {
            case MKDIR -> ids.isSnapshots(request.node());
            case LSEEK -> files.hasWriters(request.node());
            default -> false;
        };
    }

    /** Closes what is still open. */
    void closeAll() {
        files.closeAll();
    }

    private void carryOut(Incoming in, long node, Reply reply) {
        switch (in.opcode()) {
            case LOOKUP -> names.lookup(reply, node, in.text());
            case FORGET -> forget(reply, node, in.int64());
            case BATCH_FORGET -> forgetMany(in, reply);
            case GETATTR -> attrs.getattr(reply, node);
            case SETATTR -> setattr(in, node, reply);
            case READLINK -> names.readlink(reply, node);
            case SYMLINK -> symlink(in, node, reply);
            case MKNOD -> mknod(in, node, reply);
            case MKDIR -> mkdir(in, node, reply);
            case UNLINK -> names.unlink(reply, node, in.text());
            case RMDIR -> names.rmdir(reply, node, in.text());
            case RENAME -> rename(in, node, reply, in.int64(), 0);
            case RENAME2 -> rename2(in, node, reply);
            case LINK -> names.link(reply, in.int64(), node, in.text());
            case OPEN -> files.open(reply, node, in.int32(), (in.int32() & OPEN_KILL_SUIDGID) != 0);
            case CREATE -> create(in, node, reply);
            case READ -> files.read(reply, in.int64(), in.int64(), in.size(Features.DATA_MAX));
            case WRITE -> write(in, reply);
            case STATFS -> attrs.statfs(reply);
            case RELEASE -> files.release(reply, in.int64());
            case FSYNC -> files.fsync(reply, in.int64(), (in.int32() & FSYNC_DATA_ONLY) != 0);
            case FALLOCATE -> fallocate(in, reply);
            case SETXATTR -> setxattr(in, node, reply);
            case LSEEK -> seek(in, node, reply);
            case COPY_FILE_RANGE -> copy(in, reply);
            case TMPFILE -> makeNameless(in, node, reply);
            case STATX -> attrs.statx(reply, node);
            case GETXATTR -> getxattr(in, node, reply);
            case LISTXATTR -> xattrs.list(reply, node, in.size(ATTR_SIZE_MAX));
            case REMOVEXATTR -> xattrs.remove(reply, node, in.text());
            case OPENDIR -> directories.opendir(reply, node, writeback.isFlushing() && flusher.isIts(in.tid()) ? writeback.open() : 0);
            case READDIR, READDIRPLUS -> readdir(in, node, reply);
            case RELEASEDIR -> reply.done();
            case FSYNCDIR -> fsyncdir(reply);
            case INTERRUPT -> reply.nothing();
            case DESTROY -> reply.done();
            default -> refuse(in, reply);
        }
    }

    /** What a drive leaves to the kernel, which does not ask again; and what nobody here has heard of. */
    private void refuse(Incoming in, Reply reply) {
        reply.error(Errno.ENOSYS.number());
        if (Integer.compareUnsigned(in.number(), Opcode.LAST) > 0 && strange.size() < STRANGE_MAX && strange.add(in.number())) {
            LOG.warn("the kernel asked for operation {}, which amberfs does not know: it gets ENOSYS", in.number());
        }
    }

    private void forget(Reply reply, long node, long lookups) {
        ids.forget(node, lookups);
        reply.nothing();
    }

    private void forgetMany(Incoming in, Reply reply) {
        int count = in.int32();
        in.skip(4);
        for (int i = 0; i < count; i++) {
            ids.forget(in.int64(), in.int64());
        }
        reply.nothing();
    }

    /** struct fuse_setattr_in. */
    private void setattr(Incoming in, long node, Reply reply) {
        int which = in.int32();
        in.skip(12);
        long size = in.int64();
        in.skip(8);
        long atime = in.int64();
        long mtime = in.int64();
        long ctime = in.int64();
        int atimeNanos = in.int32();
        int mtimeNanos = in.int32();
        int ctimeNanos = in.int32();
        int mode = in.int32();
        in.skip(4);
        int uid = in.int32();
        int gid = in.int32();
        AttrChange change = SetAttr.change(which, mode, uid, gid, size, time(atime, atimeNanos), time(mtime, mtimeNanos), clock);
        if ((which & SetAttr.CTIME) != 0) {
            change = change.at(OptionalLong.of(time(ctime, ctimeNanos)));
        }
        boolean chown = (which & (SetAttr.UID | SetAttr.GID)) != 0 && features.has(Features.HANDLE_KILLPRIV_V2);
        attrs.setattr(reply, node, chown || (which & SetAttr.KILL_SUIDGID) != 0 ? change.withoutPrivileges() : change);
    }

    private static long time(long seconds, int nanos) {
        return SetAttr.time(seconds, Integer.toUnsignedLong(nanos));
    }

    private void symlink(Incoming in, long node, Reply reply) {
        byte[] name = in.text();
        names.symlink(reply, caller(in, 0), node, name, in.text());
    }

    /** struct fuse_mknod_in. */
    private void mknod(Incoming in, long node, Reply reply) {
        int mode = in.int32();
        int device = in.int32();
        int umask = in.int32();
        in.skip(4);
        names.mknod(reply, caller(in, umask), node, in.text(), mode, Integer.toUnsignedLong(device));
    }

    /** struct fuse_mkdir_in. */
    private void mkdir(Incoming in, long node, Reply reply) {
        int mode = in.int32();
        int umask = in.int32();
        names.mkdir(reply, caller(in, umask), node, in.text(), mode);
    }

    /** struct fuse_rename2_in. */
    private void rename2(Incoming in, long node, Reply reply) {
        long newParent = in.int64();
        int flags = in.int32();
        in.skip(4);
        rename(in, node, reply, newParent, flags);
    }

    private void rename(Incoming in, long node, Reply reply, long newParent, int flags) {
        byte[] name = in.text();
        byte[] newName = in.text();
        names.rename(reply, node, name, newParent, newName, switch (flags) {
            case 0 -> RenameMode.REPLACE;
            case RENAME_NOREPLACE -> RenameMode.NO_REPLACE;
            case RENAME_EXCHANGE -> RenameMode.EXCHANGE;
            default -> throw new FsException(Errno.EINVAL);
        });
    }

    /** struct fuse_create_in. */
    private void create(Incoming in, long node, Reply reply) {
        int flags = in.int32();
        int mode = in.int32();
        int umask = in.int32();
        boolean dropPrivileges = (in.int32() & OPEN_KILL_SUIDGID) != 0;
        files.create(reply, caller(in, umask), node, in.text(), mode, flags, dropPrivileges);
    }

    /** struct fuse_create_in. The kernel names a file only to say that it has none. */
    private void makeNameless(Incoming in, long node, Reply reply) {
        in.skip(4);
        int mode = in.int32();
        int umask = in.int32();
        files.makeNameless(reply, caller(in, umask), node, mode);
    }

    /** struct fuse_lseek_in. What the kernel holds of writes is data, too. */
    private void seek(Incoming in, long node, Reply reply) {
        if (files.hasWriters(node)) {
            drive.gather();
        }
        long handle = in.int64();
        files.seek(reply, handle, in.int64(), in.int32());
    }

    /** struct fuse_copy_file_range_in. */
    private void copy(Incoming in, Reply reply) {
        long from = in.int64();
        long offset = in.int64();
        in.skip(8);
        long to = in.int64();
        long toOffset = in.int64();
        files.copy(reply, from, offset, to, toOffset, in.int64(), in.uid() != ROOT);
    }

    /** struct fuse_write_in. */
    private void write(Incoming in, Reply reply) {
        long handle = in.int64();
        long offset = in.int64();
        int size = in.size(Features.DATA_MAX);
        int how = in.int32();
        in.skip(8);
        int flags = in.int32();
        in.skip(4);
        int place = in.place(size);
        Source source = (at, target, from, count) -> in.copy(place + at, target, from, count);
        files.write(reply, handle, offset, source, size, (how & WRITE_CACHE) != 0, (how & WRITE_KILL_SUIDGID) != 0, flags);
    }

    /** struct fuse_fallocate_in. */
    private void fallocate(Incoming in, Reply reply) {
        long handle = in.int64();
        long offset = in.int64();
        long length = in.int64();
        files.fallocate(reply, handle, in.int32(), offset, length, in.uid() != ROOT);
    }

    /** struct fuse_setxattr_in, whose second half is there only where that was agreed on. */
    private void setxattr(Incoming in, long node, Reply reply) {
        int size = in.size(ATTR_SIZE_MAX);
        int flags = in.int32();
        boolean dropSetgid = false;
        if (features.has(Features.SETXATTR_EXT)) {
            dropSetgid = (in.int32() & ACL_KILL_SGID) != 0;
            in.skip(4);
        }
        byte[] name = in.text();
        byte[] value = new byte[size];
        in.bytes(value, size);
        xattrs.set(reply, node, name, value, flags, dropSetgid);
    }

    private void getxattr(Incoming in, long node, Reply reply) {
        int size = in.size(ATTR_SIZE_MAX);
        in.skip(4);
        xattrs.get(reply, node, in.text(), size);
    }

    /** struct fuse_read_in. */
    private void readdir(Incoming in, long node, Reply reply) {
        in.skip(8);
        long cookie = in.int64();
        int size = in.size(Features.DATA_MAX);
        if (in.opcode() == Opcode.READDIRPLUS) {
            directories.pageWithAttributes(reply, node, size, cookie);
        } else {
            directories.page(reply, node, size, cookie);
        }
    }

    /** The entries of a directory are durable when all names are. */
    private void fsyncdir(Reply reply) {
        drive.syncNames();
        reply.done();
    }

    private static Caller caller(Incoming in, int umask) {
        return new Caller(in.uid(), in.gid(), umask);
    }
}
