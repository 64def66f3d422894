package io.amberfs.kernel;

import io.amberfs.model.Attr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The reply in a buffer: its header (struct fuse_out_header), and a body that is put in behind it. Confined to one thread.
 *
 * <p>A reply begins with {@link #begin} and has its length with {@link #end} or {@link #fail}.
 */
public final class Outgoing {
    /** Length and error of 4 bytes, unique of 8. */
    public static final int HEADER = 16;
    /** struct fuse_attr. */
    static final int ATTR = 88;
    /** struct fuse_entry_out: node, generation, seconds for the name and for the attributes, and their nanoseconds; then the attributes. */
    public static final int ENTRY = 40 + ATTR;
    /** What programs like cp take as the size of their buffer. */
    private static final int PREFERRED_IO = 128 << 10;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ByteBuffer buffer;

    public Outgoing(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.nativeOrder());
    }

    /** The body follows at the buffer's position. */
    public ByteBuffer begin(long unique) {
        return buffer.clear().putInt(0).putInt(0).putLong(unique);
    }

    /** @param length of the whole reply in bytes, which is returned */
    public int end(int length) {
        buffer.putInt(0, length);
        return length;
    }

    /** @return length of the reply in bytes */
    public int fail(long unique, int errno) {
        begin(unique);
        buffer.putInt(4, -errno);
        return end(HEADER);
    }

    /** struct fuse_entry_out. A node of 0 is a name that is missing. Seconds are for how long the kernel may go on believing it. */
    public static void putEntry(ByteBuffer body, long node, long nameSeconds, long attrSeconds, Attr attr) {
        body.putLong(node).putLong(0).putLong(nameSeconds).putLong(attrSeconds).putInt(0).putInt(0);
        putAttr(body, attr);
    }

    /** struct fuse_entry_out for a name that is missing. */
    public static void putMissing(ByteBuffer body, long seconds) {
        putZeros(body.putLong(0).putLong(0).putLong(seconds), ENTRY - 24);
    }

    /** struct fuse_attr_out. */
    public static void putAttr(ByteBuffer body, long seconds, Attr attr) {
        putAttr(body.putLong(seconds).putLong(0), attr);
    }

    private static void putAttr(ByteBuffer body, Attr attr) {
        body.putLong(attr.ino()).putLong(attr.size()).putLong(attr.blocks512());
        body.putLong(seconds(attr.atime())).putLong(seconds(attr.mtime())).putLong(seconds(attr.ctime()));
        body.putInt(nanos(attr.atime())).putInt(nanos(attr.mtime())).putInt(nanos(attr.ctime()));
        body.putInt(attr.mode()).putInt(attr.nlink()).putInt(attr.uid()).putInt(attr.gid()).putInt((int) attr.rdev()).putInt(PREFERRED_IO).putInt(0);
    }

    /** struct fuse_statx_out: all basic statistics, and the time of birth. */
    public static void putStatx(ByteBuffer body, long seconds, Attr attr) {
        int basicAndBirth = 0xfff;
        body.putLong(seconds).putLong(0).putLong(0).putLong(0);
        body.putInt(basicAndBirth).putInt(PREFERRED_IO).putLong(0).putInt(attr.nlink()).putInt(attr.uid()).putInt(attr.gid()).putShort((short) attr.mode()).putShort((short) 0);
        body.putLong(attr.ino()).putLong(attr.size()).putLong(attr.blocks512()).putLong(0);
        putStatxTime(body, attr.atime());
        putStatxTime(body, attr.btime());
        putStatxTime(body, attr.ctime());
        putStatxTime(body, attr.mtime());
        int device = (int) attr.rdev();
        body.putInt(device >>> 8 & 0xfff).putInt(device & 0xff | device >>> 12 & 0xfff00).putInt(0).putInt(0);
        putZeros(body, 14 * Long.BYTES);
    }

    private static void putStatxTime(ByteBuffer body, long nanos) {
        body.putLong(seconds(nanos)).putInt(nanos(nanos)).putInt(0);
    }

    private static void putZeros(ByteBuffer body, int count) {
        for (int i = 0; i < count; i++) {
            body.put((byte) 0);
        }
    }

    private static long seconds(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_SECOND);
    }

    private static int nanos(long nanos) {
        return (int) Math.floorMod(nanos, NANOS_PER_SECOND);
    }
}
