package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.model.Clock;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.BaseStruct;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * The table of functions that libfuse calls, struct fuse_operations, filled with ours. It must stay reachable for as long as libfuse may call.
 *
 * <ul>
 * <li>Not there, so that the kernel does it alone: access (default_permissions), lock and flock, flush (close has nothing to wait for).
 * <li>Also not there: read_buf and write_buf (libfuse uses read and write), bmap, ioctl, poll.
 * <li>Flags: a null path is fine for what has a handle; utimens knows UTIME_NOW and UTIME_OMIT.
 * </ul>
 */
final class Operations {
    /**
     * Bits of the flag word, which follows bmap (jnr-fuse has it as padding, which cannot be set): nullpath_ok is 1, utime_omit_ok 4. Not nopath, 2: with the
     * paths libfuse would give up the locks that keep an unlink from overtaking a release.
     */
    private static final int FLAGS = 1 | 4;

    private final Runtime runtime = Runtime.getSystemRuntime();
    private final FuseOperations table = new FuseOperations(runtime);
    private final List<Object> reachable = new ArrayList<>();
    private final Answers answers;
    private final FileCalls files;
    private final DirectoryCalls directories;

    /** @param onReady run when the kernel has accepted the mount */
    Operations(Drive drive, Clock clock, Runnable onReady) {
        answers = new Answers(clock);
        Orphans orphans = new Orphans();
        Tree tree = new Tree(drive, orphans);
        TreeCalls names = new TreeCalls(drive, tree, orphans, clock);
        files = new FileCalls(drive, tree, names, orphans);
        directories = new DirectoryCalls(drive, tree);
        setNames(names);
        setAttributes(names);
        setFiles(files);
        setDirectories(directories);
        setXattrs(new XattrCalls(drive, tree));
        set(table.init, Callbacks.Init.class, connection -> {
            onReady.run();
            return null;
        });
        Struct.getMemory(table).putInt(table.bmap.offset() + runtime.addressSize(), FLAGS);
    }

    Pointer table() {
        return Struct.getMemory(table);
    }

    long size() {
        return Struct.size(table);
    }

    /** Closes what is still open. */
    void closeAll() {
        files.closeAll(answers);
        directories.closeAll(answers);
    }

    private void setNames(TreeCalls names) {
        set(table.readlink, Callbacks.Fill.class, (path, buffer, size) -> answers.to("readlink", path, () -> names.readlink(path, buffer, size)));
        set(table.mknod, Callbacks.WithModeAndDevice.class, (path, mode, device) -> answers.to("mknod", path, () -> names.mknod(path, mode, device)));
        set(table.mkdir, Callbacks.WithMode.class, (path, mode) -> answers.to("mkdir", path, () -> names.mkdir(path, mode)));
        set(table.unlink, Callbacks.OnPath.class, path -> answers.to("unlink", path, () -> names.unlink(path)));
        set(table.rmdir, Callbacks.OnPath.class, path -> answers.to("rmdir", path, () -> names.rmdir(path)));
        set(table.symlink, Callbacks.OnTwo.class, (target, path) -> answers.to("symlink", path, () -> names.symlink(target, path)));
        set(table.rename, Callbacks.OnTwo.class, (from, to) -> answers.to("rename", from, () -> names.rename(from, to)));
        set(table.link, Callbacks.OnTwo.class, (existing, path) -> answers.to("link", path, () -> names.link(existing, path)));
    }

    private void setAttributes(TreeCalls names) {
        set(table.getattr, Callbacks.OnTwo.class, (path, stat) -> answers.to("getattr", path, () -> names.getattr(path, stat)));
        set(table.chmod, Callbacks.WithMode.class, (path, mode) -> answers.to("chmod", path, () -> names.chmod(path, mode)));
        set(table.chown, Callbacks.WithOwner.class, (path, uid, gid) -> answers.to("chown", path, () -> names.chown(path, uid, gid)));
        set(table.truncate, Callbacks.WithSize.class, (path, size) -> answers.to("truncate", path, () -> names.truncate(path, size)));
        set(table.utimens, Callbacks.OnTwo.class, (path, times) -> answers.to("utimens", path, () -> names.utimens(path, times)));
        set(table.statfs, Callbacks.OnTwo.class, (path, memory) -> answers.to("statfs", path, () -> names.statfs(memory)));
    }

    private void setFiles(FileCalls files) {
        set(table.create, Callbacks.WithModeAndInfo.class, (path, mode, info) -> answers.to("create", path, () -> files.create(path, mode, info)));
        set(table.open, Callbacks.OnTwo.class, (path, info) -> answers.to("open", path, () -> files.open(path, info)));
        set(table.read, Callbacks.Transfer.class,
            (path, buffer, size, offset, info) -> answers.to("read", path, () -> files.read(buffer, size, offset, info)));
        set(table.write, Callbacks.Transfer.class,
            (path, buffer, size, offset, info) -> answers.to("write", path, () -> files.write(buffer, size, offset, info)));
        set(table.fgetattr, Callbacks.OnThree.class, (path, stat, info) -> answers.to("fgetattr", path, () -> files.fgetattr(path, stat, info)));
        set(table.ftruncate, Callbacks.WithSizeAndInfo.class, (path, size, info) -> answers.to("ftruncate", path, () -> files.ftruncate(size, info)));
        set(table.fsync, Callbacks.WithModeAndInfo.class, (path, dataOnly, info) -> answers.to("fsync", path, () -> files.fsync(dataOnly, info)));
        set(table.fallocate, Callbacks.Allocate.class,
            (path, mode, offset, length, info) -> answers.to("fallocate", path, () -> files.fallocate(mode, offset, length, info)));
        set(table.release, Callbacks.OnTwo.class, (path, info) -> answers.to("release", path, () -> files.release(info)));
    }

    private void setDirectories(DirectoryCalls directories) {
        set(table.opendir, Callbacks.OnTwo.class, (path, info) -> answers.to("opendir", path, () -> directories.opendir(path, info)));
        set(table.readdir, Callbacks.ReadDirectory.class,
            (path, listing, filler, cookie, info) -> answers.to("readdir", path, () -> directories.readdir(listing, filler, cookie, info)));
        set(table.fsyncdir, Callbacks.WithModeAndInfo.class, (path, dataOnly, info) -> answers.to("fsyncdir", path, directories::fsyncdir));
        set(table.releasedir, Callbacks.OnTwo.class, (path, info) -> answers.to("releasedir", path, () -> directories.releasedir(info)));
    }

    private void setXattrs(XattrCalls xattrs) {
        set(table.setxattr, Callbacks.SetXattr.class,
            (path, name, value, size, flags) -> answers.to("setxattr", path, () -> xattrs.set(path, name, value, size, flags)));
        set(table.getxattr, Callbacks.GetXattr.class,
            (path, name, buffer, size) -> answers.to("getxattr", path, () -> xattrs.get(path, name, buffer, size)));
        set(table.listxattr, Callbacks.Fill.class, (path, buffer, size) -> answers.to("listxattr", path, () -> xattrs.list(path, buffer, size)));
        set(table.removexattr, Callbacks.OnTwo.class, (path, name) -> answers.to("removexattr", path, () -> xattrs.remove(path, name)));
    }

    /** Puts our function in the slot of jnr-fuse's, which would decode paths to strings and make struct objects for each call. */
    private <T> void set(BaseStruct.Func<?> slot, Class<T> shape, T function) {
        Pointer pointer = runtime.getClosureManager().getClosurePointer(shape, function);
        reachable.add(function);
        reachable.add(pointer);
        Struct.getMemory(table).putPointer(slot.offset(), pointer);
    }
}
