package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Clock;
import java.util.ArrayList;
import java.util.List;
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
    private final Answers answers;
    private final FileCalls files;
    private final DirectoryCalls directories;

    /** @param onReady run when the kernel has accepted the mount */
    Operations(Drive drive, LibFuse fuse, NodeIds ids, Clock clock, Runnable onReady) {
        Replies replies = new Replies(fuse);
        answers = new Answers(clock, ids::describe, replies::error);
        NameCalls names = new NameCalls(drive, fuse, ids, replies);
        files = new FileCalls(drive, ids, names, replies, answers);
        directories = new DirectoryCalls(drive, ids, replies, answers);
        set(Slot.INIT, Callbacks.Init.class, (userData, connection) -> onReady.run());
        setNames(names);
        setAttributes(new AttrCalls(drive, ids, replies, clock));
        setFiles();
        setDirectories();
        setXattrs(new XattrCalls(drive, ids, replies));
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

    private void setNames(NameCalls names) {
        set(Slot.LOOKUP, Callbacks.OnNodeAndPointer.class, (request, parent, name) -> answers.to("lookup", request, parent, () -> names.lookup(request, parent, name)));
        set(Slot.FORGET, Callbacks.OnNodeAndNumber.class, (request, node, count) -> answers.to("forget", request, node, () -> names.forget(request, node, count)));
        set(Slot.FORGET_MULTI, Callbacks.ForgetMany.class,
            (request, count, forgets) -> answers.to("forget", request, 0, () -> names.forgetMany(request, count, forgets)));
        set(Slot.READLINK, Callbacks.OnNode.class, (request, node) -> answers.to("readlink", request, node, () -> names.readlink(request, node)));
        set(Slot.MKNOD, Callbacks.MakeNode.class,
            (request, parent, name, mode, device) -> answers.to("mknod", request, parent, () -> names.mknod(request, parent, name, mode, device)));
        set(Slot.MKDIR, Callbacks.MakeDirectory.class,
            (request, parent, name, mode) -> answers.to("mkdir", request, parent, () -> names.mkdir(request, parent, name, mode)));
        set(Slot.UNLINK, Callbacks.OnNodeAndPointer.class, (request, parent, name) -> answers.to("unlink", request, parent, () -> names.unlink(request, parent, name)));
        set(Slot.RMDIR, Callbacks.OnNodeAndPointer.class, (request, parent, name) -> answers.to("rmdir", request, parent, () -> names.rmdir(request, parent, name)));
        set(Slot.SYMLINK, Callbacks.MakeSymlink.class,
            (request, target, parent, name) -> answers.to("symlink", request, parent, () -> names.symlink(request, target, parent, name)));
        set(Slot.RENAME, Callbacks.Rename.class, (request, parent, name, newParent, newName) ->
            answers.to("rename", request, parent, () -> names.rename(request, parent, name, newParent, newName)));
        set(Slot.LINK, Callbacks.Link.class,
            (request, node, newParent, newName) -> answers.to("link", request, node, () -> names.link(request, node, newParent, newName)));
    }

    private void setAttributes(AttrCalls attrs) {
        set(Slot.GETATTR, Callbacks.OnNodeAndPointer.class, (request, node, info) -> answers.to("getattr", request, node, () -> attrs.getattr(request, node)));
        set(Slot.SETATTR, Callbacks.SetAttr.class,
            (request, node, stat, which, info) -> answers.to("setattr", request, node, () -> attrs.setattr(request, node, stat, which)));
        set(Slot.STATFS, Callbacks.OnNode.class, (request, node) -> answers.to("statfs", request, node, () -> attrs.statfs(request)));
    }

    private void setFiles() {
        set(Slot.CREATE, Callbacks.Create.class,
            (request, parent, name, mode, info) -> answers.to("create", request, parent, () -> files.create(request, parent, name, mode, info)));
        set(Slot.OPEN, Callbacks.OnNodeAndPointer.class, (request, node, info) -> answers.to("open", request, node, () -> files.open(request, node, info)));
        set(Slot.READ, Callbacks.Read.class,
            (request, node, size, offset, info) -> answers.to("read", request, node, () -> files.read(request, size, offset, info)));
        set(Slot.WRITE, Callbacks.Write.class,
            (request, node, bytes, size, offset, info) -> answers.to("write", request, node, () -> files.write(request, bytes, size, offset, info)));
        set(Slot.FSYNC, Callbacks.Sync.class,
            (request, node, dataOnly, info) -> answers.to("fsync", request, node, () -> files.fsync(request, dataOnly, info)));
        set(Slot.FALLOCATE, Callbacks.Allocate.class,
            (request, node, mode, offset, length, info) -> answers.to("fallocate", request, node, () -> files.fallocate(request, mode, offset, length, info)));
        set(Slot.RELEASE, Callbacks.OnNodeAndPointer.class, (request, node, info) -> answers.to("release", request, node, () -> files.release(request, info)));
    }

    private void setDirectories() {
        set(Slot.OPENDIR, Callbacks.OnNodeAndPointer.class,
            (request, node, info) -> answers.to("opendir", request, node, () -> directories.opendir(request, node, info)));
        set(Slot.READDIR, Callbacks.Read.class,
            (request, node, size, cookie, info) -> answers.to("readdir", request, node, () -> directories.readdir(request, size, cookie, info)));
        set(Slot.FSYNCDIR, Callbacks.Sync.class, (request, node, dataOnly, info) -> answers.to("fsyncdir", request, node, () -> directories.fsyncdir(request)));
        set(Slot.RELEASEDIR, Callbacks.OnNodeAndPointer.class,
            (request, node, info) -> answers.to("releasedir", request, node, () -> directories.releasedir(request, info)));
    }

    private void setXattrs(XattrCalls xattrs) {
        set(Slot.SETXATTR, Callbacks.SetXattr.class,
            (request, node, name, value, size, flags) -> answers.to("setxattr", request, node, () -> xattrs.set(request, node, name, value, size, flags)));
        set(Slot.GETXATTR, Callbacks.GetXattr.class,
            (request, node, name, size) -> answers.to("getxattr", request, node, () -> xattrs.get(request, node, name, size)));
        set(Slot.LISTXATTR, Callbacks.OnNodeAndNumber.class, (request, node, size) -> answers.to("listxattr", request, node, () -> xattrs.list(request, node, size)));
        set(Slot.REMOVEXATTR, Callbacks.OnNodeAndPointer.class,
            (request, node, name) -> answers.to("removexattr", request, node, () -> xattrs.remove(request, node, name)));
    }

    private <T> void set(Slot slot, Class<T> shape, T function) {
        Pointer pointer = runtime.getClosureManager().getClosurePointer(shape, function);
        reachable.add(function);
        reachable.add(pointer);
        table.putPointer((long) slot.ordinal() * runtime.addressSize(), pointer);
    }
}
