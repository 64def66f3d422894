package io.amberfs.mount;

import io.amberfs.fs.StatFs;
import io.amberfs.kernel.Features;
import io.amberfs.kernel.Outgoing;
import io.amberfs.model.Attr;
import io.amberfs.model.Limits;

import java.nio.ByteBuffer;

/**
 * Replies of the kernel's own protocol, put together in a thread's buffer. They are sent with the next exchange: {@link #length} says how much there is to
 * send, and {@link #failed} is called if the kernel did not want it. One for each thread; confined to it.
 */
final class KernelReply implements Reply {
    private static final int FOPEN_KEEP_CACHE = 1 << 1;
    private static final int FOPEN_CACHE_DIR = 1 << 3;

    private final Outgoing outgoing;
    private long unique;
    private int length;
    private ByteBuffer body;
    private Runnable unwanted = () -> { };

    KernelReply(Outgoing outgoing) {
        this.outgoing = outgoing;
        body = outgoing.begin(0);
    }

    /** For another request. */
    void begin(long unique) {
        this.unique = unique;
        length = 0;
        unwanted = () -> { };
    }

    /** Bytes to send, 0 if there is nothing to be said. */
    int length() {
        return length;
    }

    /** The kernel did not take it. */
    void failed() {
        unwanted.run();
        unwanted = () -> { };
    }

    @Override
    public void error(int errno) {
        length = outgoing.fail(unique, errno);
    }

    @Override
    public void done() {
        send(outgoing.begin(unique));
    }

    @Override
    public void nothing() {
        length = 0;
    }

    void agreed(Features features, int readAhead) {
        ByteBuffer out = outgoing.begin(unique);
        features.put(out, readAhead);
        send(out);
    }

    @Override
    public void entry(Entry entry) {
        ByteBuffer out = outgoing.begin(unique);
        put(out, entry);
        send(out);
    }

    @Override
    public void absent(long seconds) {
        ByteBuffer out = outgoing.begin(unique);
        Outgoing.putMissing(out, seconds);
        send(out);
    }

    @Override
    public void opened(Opened opened, Runnable unwanted) {
        ByteBuffer out = outgoing.begin(unique);
        put(out, opened);
        send(out);
        this.unwanted = unwanted;
    }

    @Override
    public void created(Entry entry, Opened opened, Runnable unwanted) {
        ByteBuffer out = outgoing.begin(unique);
        put(out, entry);
        put(out, opened);
        send(out);
        this.unwanted = unwanted;
    }

    @Override
    public void attr(Attr attr, long seconds) {
        ByteBuffer out = outgoing.begin(unique);
        Outgoing.putAttr(out, seconds, attr);
        send(out);
    }

    @Override
    public void target(byte[] target) {
        send(outgoing.begin(unique).put(target));
    }

    @Override
    public void written(int count) {
        send(outgoing.begin(unique).putInt(count).putInt(0));
    }

    @Override
    public ByteBuffer room(int size) {
        body = outgoing.begin(unique);
        return body.limit(Math.min(body.capacity(), body.position() + size));
    }

    @Override
    public void data(int length) {
        send(body.position(Outgoing.HEADER + length));
    }

    /** struct fuse_lseek_out. */
    @Override
    public void offset(long offset) {
        send(outgoing.begin(unique).putLong(offset));
    }

    @Override
    public void statx(Attr attr, long seconds) {
        ByteBuffer out = outgoing.begin(unique);
        Outgoing.putStatx(out, seconds, attr);
        send(out);
    }

    /** struct fuse_getxattr_out. */
    @Override
    public void length(int length) {
        send(outgoing.begin(unique).putInt(length).putInt(0));
    }

    /** struct fuse_kstatfs. Inodes are made as needed: as many as there are blocks to put them in; a zero would look like a full drive to installers. */
    @Override
    public void statFs(StatFs statFs) {
        long free = statFs.free() / StatFs.BLOCK_SIZE;
        ByteBuffer out = outgoing.begin(unique).putLong(statFs.total() / StatFs.BLOCK_SIZE).putLong(free).putLong(free).putLong(statFs.files() + free).putLong(free);
        send(out.putInt(StatFs.BLOCK_SIZE).putInt(Limits.NAME_MAX).putInt(StatFs.BLOCK_SIZE).putInt(0).putLong(0).putLong(0).putLong(0));
    }

    /** The reply ends where {@code out}, the buffer that it is put together in, stands now. */
    private void send(ByteBuffer out) {
        length = outgoing.end(out.position());
    }

    private static void put(ByteBuffer out, Entry entry) {
        Outgoing.putEntry(out, entry.id(), entry.seconds(), entry.attrSeconds(), entry.attr());
    }

    /** struct fuse_open_out. */
    private static void put(ByteBuffer out, Opened opened) {
        int flags = (opened.keepPages() ? FOPEN_KEEP_CACHE : 0) | (opened.directory() && opened.keepPages() ? FOPEN_CACHE_DIR : 0);
        out.putLong(opened.handle()).putInt(flags).putInt(0);
    }
}
