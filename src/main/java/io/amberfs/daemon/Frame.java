package io.amberfs.daemon;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.Optional;

/**
 * The unit of the control socket: {@code u32 length (big endian) | u8 type | payload of that length}. Immutable.
 *
 * <ul><li>A length is checked against the bound of its type before anything is allocated for it.</li></ul>
 */
record Frame(int type, byte[] payload) {
    /** A JSON object: the request, or an event on the way to the result. */
    static final int JSON = 1;
    static final int BYTES = 2;
    static final int RESULT = 3;
    static final int ERROR = 4;

    static final int JSON_MAX = 1 << 20;
    static final int BYTES_MAX = 256 << 10;
    private static final int HEADER = 5;
    /** The JDK keeps a direct buffer as large as the largest piece for each thread: so pieces are small. */
    private static final int PIECE = 64 << 10;

    static Frame json(int type, Map<String, Object> value) {
        return new Frame(type, Json.bytes(value));
    }

    Map<String, Object> json() throws IOException {
        return Json.read(payload);
    }

    boolean fits() {
        return payload.length <= bound(type);
    }

    /** The next frame; empty if the stream ended before its first byte. */
    static Optional<Frame> read(ReadableByteChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (!fill(channel, header)) {
            return Optional.empty();
        }
        header.flip();
        int length = header.getInt();
        int type = header.get();
        if (length < 0 || length > bound(type)) {
            throw new ProtocolException("a frame of type " + type + " and " + Integer.toUnsignedLong(length) + " bytes");
        }
        byte[] payload = new byte[length];
        if (length > 0 && !fill(channel, ByteBuffer.wrap(payload))) {
            throw new EOFException("the connection ended within a frame");
        }
        return Optional.of(new Frame(type, payload));
    }

    static void write(WritableByteChannel channel, int type, byte[] buffer, int offset, int length) throws IOException {
        if (length > bound(type)) {
            throw new IllegalArgumentException("a frame of type " + type + " and " + length + " bytes");
        }
        int first = Math.min(length, PIECE);
        ByteBuffer head = ByteBuffer.allocate(HEADER + first).putInt(length).put((byte) type).put(buffer, offset, first).flip();
        drain(channel, head);
        for (int done = first; done < length; done += PIECE) {
            drain(channel, ByteBuffer.wrap(buffer, offset + done, Math.min(PIECE, length - done)));
        }
    }

    void write(WritableByteChannel channel) throws IOException {
        write(channel, type, payload, 0, payload.length);
    }

    /** The most bytes of a frame of this type; below zero for a type that there is not. */
    private static int bound(int type) {
        return switch (type) {
            case JSON, RESULT, ERROR -> JSON_MAX;
            case BYTES -> BYTES_MAX;
            default -> -1;
        };
    }

    /** @return false if the stream ended before the first byte */
    private static boolean fill(ReadableByteChannel channel, ByteBuffer target) throws IOException {
        int end = target.limit();
        int start = target.position();
        while (target.position() < end) {
            target.limit(Math.min(end, target.position() + PIECE));
            if (channel.read(target) < 0) {
                if (target.position() == start) {
                    return false;
                }
                throw new EOFException("the connection ended within a frame");
            }
            target.limit(end);
        }
        return true;
    }

    private static void drain(WritableByteChannel channel, ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }
}
