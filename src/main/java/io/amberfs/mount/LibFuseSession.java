package io.amberfs.mount;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.model.Clock;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A mount by libfuse 2.9. */
final class LibFuseSession implements Session {
    /** struct fuse_args: the count and the vector of arguments, and whether libfuse allocated it. */
    private static final int ARGS_BYTES = 24;

    private final LibFuse fuse;
    private final Path mountpoint;
    private final Operations operations;
    private final KernelMemory memory;
    private final Pointer session;
    private final Pointer channel;
    private volatile Runnable onReady = () -> { };

    /** @throws Refusal when it cannot be mounted */
    LibFuseSession(LibFuse fuse, Path mountpoint, Drive drive, Node root, Clock clock, List<String> arguments) {
        this.fuse = fuse;
        this.mountpoint = mountpoint;
        NodeIds ids = new NodeIds(root);
        operations = new Operations(drive, fuse, ids, root, clock, () -> onReady.run());
        Pointer args = argumentsFor(fuse, arguments);
        channel = fuse.fuse_mount(Text.terminated(mountpoint.toString()), args);
        if (channel == null) {
            fuse.fuse_opt_free_args(args);
            throw refused();
        }
        memory = new KernelMemory(ids, new Notices(fuse, channel));
        session = fuse.fuse_lowlevel_new(args, operations.table(), operations.size(), null);
        fuse.fuse_opt_free_args(args);
        if (session == null) {
            fuse.fuse_unmount(Text.terminated(mountpoint.toString()), channel);
            throw refused();
        }
        fuse.fuse_session_add_chan(session, channel);
    }

    private record Notices(LibFuse fuse, Pointer channel) implements KernelMemory.Notices {
        @Override
        public void entry(long directory, byte[] name) {
            fuse.fuse_lowlevel_notify_inval_entry(channel, directory, Text.terminated(name), name.length);
        }

        @Override
        public void inode(long node) {
            fuse.fuse_lowlevel_notify_inval_inode(channel, node, 0, 0);
        }
    }

    /** A struct fuse_args with copies of the arguments, which libfuse takes out one by one. */
    private static Pointer argumentsFor(LibFuse fuse, List<String> arguments) {
        Pointer args = Memory.allocateDirect(Runtime.getSystemRuntime(), ARGS_BYTES, true);
        arguments.forEach(argument -> fuse.fuse_opt_add_arg(args, Text.terminated(argument)));
        return args;
    }

    private Refusal refused() {
        return new Refusal(ExitCode.ERROR, "libfuse could not mount on " + mountpoint + ": its reason is on standard error or in the log");
    }

    /** What the kernel cannot have libfuse refuses by ending the mount. */
    @Override
    public void serve(Runnable onReady, Consumer<String> onRefused, Runnable onEnd) {
        this.onReady = onReady;
        new LibFuseWorkers(fuse, session, channel, () -> end(onEnd)).start();
    }

    /** On the last worker thread, when no other is in libfuse. */
    private void end(Runnable onEnd) {
        try {
            memory.close();
            fuse.fuse_session_remove_chan(channel);
            fuse.fuse_session_destroy(session);
            fuse.fuse_unmount(Text.terminated(mountpoint.toString()), channel);
            operations.closeAll();
        } finally {
            onEnd.run();
        }
    }

    @Override
    public Invalidation invalidation() {
        return memory;
    }

    /** On this transport each write has come to us when it returns. */
    @Override
    public void flushKernel() {
    }
}
