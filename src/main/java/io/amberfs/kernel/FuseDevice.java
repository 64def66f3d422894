package io.amberfs.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A mount of /dev/fuse: requests come from it, replies and notices go to it.
 *
 * <ul>
 * <li>{@link #exchange} is for one thread at a time; all else is thread-safe.
 * <li>It is closed when no thread is in it any more.
 * </ul>
 */
public final class FuseDevice implements AutoCloseable {
    private static final int MESSAGE_MAX = 4096;
    /** struct exchange: descriptor, whether the reply failed, whether more waits, 4 bytes reserved, and the time to poll. */
    private static final int EXCHANGE_BYTES = 24;
    private static final int FAILED_AT = 4;
    private static final int MORE_AT = 8;

    /** How the mount is asked for; for mount(2), or for fusermount where that may not be called. */
    public record Request(Path mountpoint, String source, String type, long flags, String data) {
    }

    private static final int INVALIDATE_INODE = 2;
    private static final int INVALIDATE_ENTRY = 3;
    /** Room for a notice with a name; each thread has its own. */
    private static final ThreadLocal<ByteBuffer> NOTICE = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(512).order(ByteOrder.nativeOrder()));

    private final NativeCalls calls;
    private final int fd;
    private final ByteBuffer exchange = ByteBuffer.allocateDirect(EXCHANGE_BYTES).order(ByteOrder.nativeOrder());
    private final long exchangeAddress = address(exchange);

    private FuseDevice(NativeCalls calls, int fd) {
        this.calls = calls;
        this.fd = fd;
        exchange.putInt(0, fd);
    }

    /** As root. @param data options of the mount, to which that of the descriptor is added @throws MountFailure with what mount(2) said */
    public static FuseDevice mount(NativeCalls calls, Request request) throws MountFailure {
        int fd = calls.amberfs_open();
        if (fd < 0) {
            throw new MountFailure("/dev/fuse cannot be opened (error " + -fd + ")");
        }
        int result = calls.amberfs_mount(text(request.source), text(request.mountpoint.toString()), text(request.type), request.flags, text("fd=" + fd + "," + request.data));
        if (result < 0) {
            calls.amberfs_close(fd);
            throw new MountFailure("mount(2) failed with error " + -result);
        }
        return new FuseDevice(calls, fd);
    }

    /** By fusermount. @throws MountFailure with what it said */
    public static FuseDevice fusermount(NativeCalls calls, Path program, Path mountpoint, String options) throws MountFailure {
        byte[] message = new byte[MESSAGE_MAX];
        int fd = calls.amberfs_fusermount(text(program.toString()), text(mountpoint.toString()), text(options), message, message.length);
        int length = 0;
        while (length < message.length && message[length] != 0) {
            length++;
        }
        if (fd < 0) {
            String said = new String(message, 0, length, StandardCharsets.UTF_8).strip();
            throw new MountFailure(said.isEmpty() ? program + " failed with error " + -fd : said);
        }
        return new FuseDevice(calls, fd);
    }

    /** Why a mount was refused. */
    public static final class MountFailure extends Exception {
        private static final long serialVersionUID = 1;

        MountFailure(String message) {
            super(message);
        }
    }

    /**
     * Sends a reply, if {@code length} is not 0, and waits for the next request.
     *
     * @return length of the request in bytes, or -errno: -ENODEV when the mount has ended
     */
    long exchange(long reply, int length, long request, int size) {
        return calls.amberfs_exchange(exchangeAddress, reply, length, request, size);
    }

    /** After {@link #exchange}: whether the kernel did not take the reply. */
    boolean replyFailed() {
        return exchange.getInt(FAILED_AT) != 0;
    }

    /** After {@link #exchange}: whether more requests wait behind the one that was fetched. */
    boolean hasMore() {
        return exchange.getInt(MORE_AT) != 0;
    }

    /** @return 0, or -errno: -ENOENT when nobody waits for it any more */
    int reply(long reply, int length) {
        return calls.amberfs_reply(fd, reply, length);
    }

    /** Has the kernel forget a name. It waits until nothing is under way in the directory. */
    public void invalidateEntry(long directory, byte[] name) {
        notice(INVALIDATE_ENTRY, body -> body.putLong(directory).putInt(name.length).putInt(0).put(name).put((byte) 0));
    }

    /** Has the kernel forget attributes and contents; what it holds of writes is sent first. */
    public void invalidateInode(long node) {
        notice(INVALIDATE_INODE, body -> body.putLong(node).putLong(0).putLong(0));
    }

    private void notice(int code, Consumer<ByteBuffer> body) {
        ByteBuffer notice = NOTICE.get().clear().putInt(0).putInt(code).putLong(0);
        body.accept(notice);
        int length = notice.position();
        reply(address(notice.putInt(0, length).flip()), length);
    }

    @Override
    public void close() {
        calls.amberfs_close(fd);
    }

    /** Of the buffer's position. */
    static long address(ByteBuffer buffer) {
        return Pointer.wrap(Runtime.getSystemRuntime(), buffer).address();
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
