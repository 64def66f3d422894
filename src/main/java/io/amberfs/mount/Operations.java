package io.amberfs.mount;

import io.amberfs.fs.Caller;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The table of functions that libfuse calls, struct fuse_lowlevel_ops, filled with ours. It must stay reachable for as long as libfuse may call.
 *
 * <p>Empty slots, so that the kernel does it alone: access (default_permissions), flush (close has nothing to wait for), getlk, setlk and flock. Also empty: bmap,
 * ioctl, poll, write_buf and retrieve_reply.
 */
final class Operations {
    /** The slots in the order of fuse_lowlevel.h. */
    private enum Slot {
        INIT, DESTROY, LOOKUP, FORGET, GETATTR, SETATTR, READLINK, MKNOD, MKDIR, UNLINK, RMDIR, SYMLINK, RENAME, LINK, OPEN, READ, WRITE, FLUSH, RELEASE, FSYNC,
        OPENDIR, READDIR, RELEASEDIR, FSYNCDIR, STATFS, SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR, ACCESS, CREATE, GETLK, SETLK, BMAP, IOCTL, POLL, WRITE_BUF,
        RETRIEVE_REPLY, FORGET_MULTI, FLOCK, FALLOCATE
    }

    private final Runtime runtime = Runtime.getSystemRuntime();
    private final Pointer table = Memory.allocateDirect(runtime, Slot.values().length * runtime.addressSize(), true);
    private final List<Object> reachable = new ArrayList<>();
    /** The kernel is told of every change; if a word got lost, what it believes is wrong for no longer than this. */
    private static final long LASTING = 60;
    /** struct fuse_ctx. */
    private static final int UID_AT = 0;
    private static final int GID_AT = 4;

    private final LibFuse fuse;
    private final Answers answers;
    private final NameCalls names;
    private final AttrCalls attrs;
    private final FileCalls files;
    private final DirectoryCalls directories;
    private final XattrCalls xattrs;
    private final Clock clock;

    /** @param onReady run when the kernel has accepted the mount */
    Operations(Drive drive, LibFuse fuse, NodeIds ids, Node root, Clock clock, Runnable onReady) {
        Validity validity = new Validity(LASTING, root);
        this.fuse = fuse;
        this.clock = clock;
        answers = new Answers(clock, ids::describe);
        names = new NameCalls(drive, ids, validity);
        attrs = new AttrCalls(drive, ids, validity);
        files = new FileCalls(drive, ids, names, answers, false);
        directories = new DirectoryCalls(drive, ids, answers);
        xattrs = new XattrCalls(drive, ids, false);
        set(Slot.INIT, Callbacks.Init.class, (userData, connection) -> onReady.run());
        setNames();
        setAttributes();
        setFiles();
        setDirectories();
        setXattrs();
    }

    Pointer table() {
        return table;
    }

    long size() {
        return table.size();
    }

    /** Closes what is still open. */
    void closeAll() {
        files.closeAll();
        directories.closeAll();
    }

    private void setNames() {
        set(Slot.LOOKUP, Callbacks.OnNodeAndPointer.class,
            (request, parent, name) -> answer("lookup", request, parent, reply -> names.lookup(reply, parent, name(name))));
        set(Slot.FORGET, Callbacks.OnNodeAndNumber.class, (request, node, count) -> answer("forget", request, node, reply -> {
            names.forget(node, count);
            reply.nothing();
        }));
        set(Slot.FORGET_MULTI, Callbacks.ForgetMany.class, (request, count, forgets) -> answer("forget", request, 0, reply -> {
            forgetMany(count, forgets);
            reply.nothing();
        }));
        set(Slot.READLINK, Callbacks.OnNode.class, (request, node) -> answer("readlink", request, node, reply -> names.readlink(reply, node)));
        set(Slot.MKNOD, Callbacks.MakeNode.class, (request, parent, name, mode, device) ->
            answer("mknod", request, parent, reply -> names.mknod(reply, caller(request), parent, name(name), mode, device)));
        set(Slot.MKDIR, Callbacks.MakeDirectory.class, (request, parent, name, mode) ->
            answer("mkdir", request, parent, reply -> names.mkdir(reply, caller(request), parent, name(name), mode)));
        set(Slot.UNLINK, Callbacks.OnNodeAndPointer.class,
            (request, parent, name) -> answer("unlink", request, parent, reply -> names.unlink(reply, parent, name(name))));
        set(Slot.RMDIR, Callbacks.OnNodeAndPointer.class,
            (request, parent, name) -> answer("rmdir", request, parent, reply -> names.rmdir(reply, parent, name(name))));
        set(Slot.SYMLINK, Callbacks.MakeSymlink.class, (request, target, parent, name) ->
            answer("symlink", request, parent, reply -> names.symlink(reply, caller(request), parent, name(name), Text.bytes(target))));
        set(Slot.RENAME, Callbacks.Rename.class, (request, parent, name, newParent, newName) ->
            answer("rename", request, parent, reply -> names.rename(reply, parent, name(name), newParent, name(newName), RenameMode.REPLACE)));
        set(Slot.LINK, Callbacks.Link.class,
            (request, node, newParent, newName) -> answer("link", request, node, reply -> names.link(reply, node, newParent, name(newName))));
    }

    private void setAttributes() {
        set(Slot.GETATTR, Callbacks.OnNodeAndPointer.class, (request, node, info) -> answer("getattr", request, node, reply -> attrs.getattr(reply, node)));
        set(Slot.SETATTR, Callbacks.SetAttr.class, (request, node, stat, which, info) -> answer("setattr", request, node, reply -> attrs.setattr(reply, node,
            SetAttr.change(which, Stat.mode(stat), Stat.uid(stat), Stat.gid(stat), Stat.size(stat), Stat.atime(stat), Stat.mtime(stat), clock))));
        set(Slot.STATFS, Callbacks.OnNode.class, (request, node) -> answer("statfs", request, node, attrs::statfs));
    }

    private void setFiles() {
        set(Slot.CREATE, Callbacks.Create.class, (request, parent, name, mode, info) -> opening("create", request, parent, info,
            reply -> files.create(reply, caller(request), parent, name(name), mode, OpenInfo.flags(info), isOther(request))));
        set(Slot.OPEN, Callbacks.OnNodeAndPointer.class,
            (request, node, info) -> opening("open", request, node, info, reply -> files.open(reply, node, OpenInfo.flags(info), isOther(request))));
        set(Slot.READ, Callbacks.Read.class, (request, node, size, offset, info) ->
            answer("read", request, node, reply -> files.read(reply, OpenInfo.handle(info), offset, bounded(size))));
        set(Slot.WRITE, Callbacks.Write.class,
            (request, node, bytes, size, offset, info) -> answer("write", request, node, reply -> write(reply, bytes, (int) size, offset, info)));
        set(Slot.FSYNC, Callbacks.Sync.class,
            (request, node, dataOnly, info) -> answer("fsync", request, node, reply -> files.fsync(reply, OpenInfo.handle(info), dataOnly != 0)));
        set(Slot.FALLOCATE, Callbacks.Allocate.class, (request, node, mode, offset, length, info) ->
            answer("fallocate", request, node, reply -> files.fallocate(reply, OpenInfo.handle(info), mode, offset, length, isOther(request))));
        set(Slot.RELEASE, Callbacks.OnNodeAndPointer.class,
            (request, node, info) -> answer("release", request, node, reply -> files.release(reply, OpenInfo.handle(info))));
    }

    private void setDirectories() {
        set(Slot.OPENDIR, Callbacks.OnNodeAndPointer.class,
            (request, node, info) -> opening("opendir", request, node, info, reply -> directories.opendir(reply, node)));
        set(Slot.READDIR, Callbacks.Read.class, (request, node, size, cookie, info) ->
            answer("readdir", request, node, reply -> directories.readdir(reply, OpenInfo.handle(info), bounded(size), cookie)));
        set(Slot.FSYNCDIR, Callbacks.Sync.class, (request, node, dataOnly, info) -> answer("fsyncdir", request, node, directories::fsyncdir));
        set(Slot.RELEASEDIR, Callbacks.OnNodeAndPointer.class,
            (request, node, info) -> answer("releasedir", request, node, reply -> directories.releasedir(reply, OpenInfo.handle(info))));
    }

    private void setXattrs() {
        set(Slot.SETXATTR, Callbacks.SetXattr.class, (request, node, name, value, size, flags) ->
            answer("setxattr", request, node, reply -> xattrs.set(reply, node, Text.bytes(name), copy(value, (int) size), flags, false)));
        set(Slot.GETXATTR, Callbacks.GetXattr.class,
            (request, node, name, size) -> answer("getxattr", request, node, reply -> xattrs.get(reply, node, Text.bytes(name), size)));
        set(Slot.LISTXATTR, Callbacks.OnNodeAndNumber.class, (request, node, size) -> answer("listxattr", request, node, reply -> xattrs.list(reply, node, size)));
        set(Slot.REMOVEXATTR, Callbacks.OnNodeAndPointer.class,
            (request, node, name) -> answer("removexattr", request, node, reply -> xattrs.remove(reply, node, Text.bytes(name))));
    }

    private void answer(String operation, long request, long node, Consumer<Reply> body) {
        opening(operation, request, node, null, body);
    }

    private void opening(String operation, long request, long node, Pointer info, Consumer<Reply> body) {
        Reply reply = new LibFuseReply(fuse, request, info);
        answers.to(operation, reply, node, () -> body.accept(reply));
    }

    private void write(Reply reply, Pointer source, int length, long offset, Pointer info) {
        files.write(reply, OpenInfo.handle(info), offset, source::get, length, OpenInfo.isWritepage(info), false, OpenInfo.flags(info));
    }

    /** struct fuse_forget_data: a number and its look-ups, 8 bytes each. */
    private void forgetMany(long count, Pointer forgets) {
        for (long i = 0; i < count; i++) {
            names.forget(forgets.getLong(16 * i), forgets.getLong(16 * i + 8));
        }
    }

    /** Whether it is not root who asks: the kernel itself takes privileges away only where something is written. */
    private boolean isOther(long request) {
        return caller(request).uid() != 0;
    }

    private Caller caller(long request) {
        Pointer who = fuse.fuse_req_ctx(request);
        return new Caller(who.getInt(UID_AT), who.getInt(GID_AT), 0);
    }

    private static byte[] copy(Pointer value, int size) {
        byte[] bytes = new byte[size];
        if (size > 0) {
            value.get(0, bytes, 0, size);
        }
        return bytes;
    }

    private static int bounded(long size) {
        return (int) Math.min(size, MountOptions.REQUEST_MAX);
    }

    /** @throws FsException EILSEQ */
    private static byte[] name(Pointer text) {
        byte[] bytes = Text.bytes(text);
        if (!Text.isUtf8(bytes)) {
            throw new FsException(Errno.EILSEQ);
        }
        return bytes;
    }

    private <T> void set(Slot slot, Class<T> shape, T function) {
        Pointer pointer = runtime.getClosureManager().getClosurePointer(shape, function);
        reachable.add(function);
        reachable.add(pointer);
        table.putPointer((long) slot.ordinal() * runtime.addressSize(), pointer);
    }
}
