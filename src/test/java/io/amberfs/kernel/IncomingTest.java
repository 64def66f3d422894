package io.amberfs.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private final ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
    private final Incoming incoming = new Incoming(buffer);

    /** A request of opcode 1 for node 5, asked by user 1000 of group 100. */
    private long request(Consumer<ByteBuffer> body) {
        buffer.clear().putInt(0).putInt(1).putLong(77).putLong(5).putInt(1000).putInt(100).putInt(4711).putInt(0);
        body.accept(buffer);
        int length = buffer.position();
        buffer.putInt(0, length);
        return length;
    }

    @Test
    void headerAndBodyAreRead() {
        assertTrue(incoming.arrived(request(body -> body.putInt(8).putLong(9).put("name\0".getBytes(StandardCharsets.US_ASCII)).put((byte) 'x'))));
        assertEquals(Opcode.LOOKUP, incoming.opcode());
        assertEquals(77, incoming.unique());
        assertEquals(5, incoming.node());
        assertEquals(1000, incoming.uid());
        assertEquals(100, incoming.gid());
        assertEquals(8, incoming.int32());
        assertEquals(9, incoming.int64());
        assertArrayEquals("name".getBytes(StandardCharsets.US_ASCII), incoming.text());
        assertEquals(1, incoming.left());
    }

    @Test
    void whatIsTooShortOrLiesAboutItsLengthIsNoRequest() {
        long length = request(body -> body.putLong(1));
        assertFalse(incoming.arrived(length - 1));
        assertFalse(incoming.arrived(Incoming.HEADER - 1));
        assertFalse(incoming.arrived(257));
        buffer.putInt(0, Incoming.HEADER - 1);
        assertFalse(incoming.arrived(Incoming.HEADER - 1));
    }

    @Test
    void nothingBehindTheEndIsRead() {
        incoming.arrived(request(body -> body.putInt(1).put((byte) 'a')));
        buffer.limit(buffer.capacity()).put(Integer.BYTES + Incoming.HEADER + 1, (byte) 0);
        assertThrows(MalformedException.class, incoming::int64);
        assertThrows(MalformedException.class, () -> incoming.skip(6));
        assertThrows(MalformedException.class, () -> incoming.bytes(new byte[6], 6));
        assertEquals(1, incoming.int32());
        MalformedException thrown = assertThrows(MalformedException.class, incoming::text);
        assertEquals("a malformed lookup request: a text without an end", thrown.getMessage());
    }

    @Test
    void aSizeBeyondTheMostIsRefused() {
        incoming.arrived(request(body -> body.putInt(100).putInt(101).putInt(-1)));
        assertEquals(100, incoming.size(100));
        assertThrows(MalformedException.class, () -> incoming.size(100));
        assertThrows(MalformedException.class, () -> incoming.size(Integer.MAX_VALUE));
    }

    @Test
    void onlyAReadThatIsWholeWantsBytes() {
        long length = request(body -> body.putLong(3).putLong(4096).putInt(1 << 20).putInt(0).putLong(0).putInt(0).putInt(0));
        buffer.putInt(4, Opcode.READ.number());
        assertTrue(incoming.arrived(length));
        assertEquals(1 << 20, incoming.wanted());
        assertEquals(3, incoming.int64(), "and nothing of it is used up");
        buffer.putInt(0, Incoming.HEADER + 19);
        assertTrue(incoming.arrived(Incoming.HEADER + 19));
        assertEquals(0, incoming.wanted());
        buffer.putInt(0, (int) length).putInt(4, Opcode.WRITE.number());
        assertTrue(incoming.arrived(length));
        assertEquals(0, incoming.wanted());
    }

    @Test
    void extensionsAtTheEndAreNotPartOfTheBody() {
        long length = request(body -> body.putInt(7).putLong(1));
        buffer.putShort(36, (short) 1);
        assertTrue(incoming.arrived(length));
        assertEquals(4, incoming.left());
        buffer.putShort(36, (short) 0xffff);
        assertFalse(incoming.arrived(length));
    }

    @Test
    void whatIsNotKnownIsUnknown() {
        for (int number : new int[] {-1, 0, 7, 37, 40, 63, 64, 4096, Integer.MAX_VALUE}) {
            assertEquals(Opcode.UNKNOWN, Opcode.of(number), "opcode " + number);
        }
    }
}
