package io.amberfs.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The request in a buffer: its header (struct fuse_in_header), and its body from {@link #position} on. Bodies may be shorter than the newest kernel's, whose fields are added at
 * their ends; what lies beyond the end of a request is never read. Confined to one thread.
 */
public final class Incoming {
    /** Length and opcode of 4 bytes, unique and node of 8, uid, gid and pid of 4, length of extensions and padding of 2. */
    public static final int HEADER = 40;
    private static final int WANTED_AT = 16;

    private final ByteBuffer buffer;
    private int end;
    private Opcode opcode = Opcode.UNKNOWN;

    /** @param buffer what requests are put into, at its start */
    public Incoming(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.nativeOrder());
    }

    /** A request of {@code length} bytes was put into the buffer. @return false if that is no request */
    public boolean arrived(long length) {
        end = 0;
        opcode = Opcode.UNKNOWN;
        if (length < HEADER || length > buffer.capacity() || buffer.getInt(0) != length) {
            return false;
        }
        // Extensions stand at the end; none of them was asked for.
        int extensions = 8 * Short.toUnsignedInt(buffer.getShort(36));
        end = (int) length - extensions;
        buffer.limit((int) length).position(HEADER);
        opcode = Opcode.of(buffer.getInt(4));
        return end >= HEADER;
    }

    /** Bytes of the whole request. */
    int length() {
        return buffer.getInt(0);
    }

    public Opcode opcode() {
        return opcode;
    }

    /** Of what is asked for, as in linux/fuse.h; also where it is {@link Opcode#UNKNOWN}. */
    public int number() {
        return buffer.getInt(4);
    }

    public long unique() {
        return buffer.getLong(8);
    }

    public long node() {
        return buffer.getLong(16);
    }

    /** Thread that asks. */
    public int tid() {
        return buffer.getInt(32);
    }

    /** The handle that most bodies begin with; 0 if there is none. */
    public long handle() {
        return end >= HEADER + Long.BYTES ? buffer.getLong(HEADER) : 0;
    }

    /** Bytes that a request to read asks for (struct fuse_read_in: behind handle and offset); 0 if it is another one. */
    public int wanted() {
        return opcode == Opcode.READ && end >= HEADER + WANTED_AT + Integer.BYTES ? buffer.getInt(HEADER + WANTED_AT) : 0;
    }

    public int uid() {
        return buffer.getInt(24);
    }

    public int gid() {
        return buffer.getInt(28);
    }

    /** @throws MalformedException if the request ends before */
    public int int32() {
        require(Integer.BYTES);
        return buffer.getInt();
    }

    /** @throws MalformedException if the request ends before */
    public long int64() {
        require(Long.BYTES);
        return buffer.getLong();
    }

    /** As {@link #int32} of a size that is no more than {@code most}. @throws MalformedException if it is, or is negative */
    public int size(int most) {
        int size = int32();
        if (size < 0 || size > most) {
            throw malformed("a size of " + Integer.toUnsignedString(size) + " bytes");
        }
        return size;
    }

    public void skip(int bytes) {
        require(bytes);
        buffer.position(buffer.position() + bytes);
    }

    /** The bytes up to the next NUL, without it. @throws MalformedException if there is none */
    public byte[] text() {
        int start = buffer.position();
        for (int at = start; at < end; at++) {
            if (buffer.get(at) == 0) {
                byte[] bytes = new byte[at - start];
                buffer.get(bytes).get();
                return bytes;
            }
        }
        throw malformed("a text without an end");
    }

    /** @throws MalformedException if the request ends before */
    public void bytes(byte[] into, int length) {
        require(length);
        buffer.get(into, 0, length);
    }

    /** Skips bytes that {@link #copy} copies until the next request is fetched. @return where they are @throws MalformedException if the request ends before */
    public int place(int length) {
        int place = buffer.position();
        skip(length);
        return place;
    }

    public void copy(int place, byte[] into, int offset, int length) {
        buffer.get(place, into, offset, length);
    }

    /** Bytes that are left of the body. */
    public int left() {
        return end - buffer.position();
    }

    private void require(int bytes) {
        if (bytes > left()) {
            throw malformed("only " + left() + " of " + bytes + " bytes");
        }
    }

    private MalformedException malformed(String how) {
        return new MalformedException("a malformed " + opcode.text() + " request: " + how);
    }
}
