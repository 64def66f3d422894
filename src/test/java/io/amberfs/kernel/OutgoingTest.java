package io.amberfs.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.model.Attr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Golden bytes, for machines whose numbers have their low byte first. */
class OutgoingTest {
    private static final Attr ATTR = new Attr(0x0102, 0100644, 2, 1000, 100, 4097, 4097, 0x0501, 7_000_000_008L, -1, 9_000_000_010L, 11_000_000_012L);
    private static final String ATTR_HEX = "0201000000000000" + "0110000000000000" + "0900000000000000" + "0700000000000000" + "ffffffffffffffff" + "0900000000000000"
        + "08000000" + "ffc99a3b" + "0a000000" + "a4810000" + "02000000" + "e8030000" + "64000000" + "01050000" + "00000200" + "00000000";

    private final ByteBuffer buffer = ByteBuffer.allocate(512);
    private final Outgoing outgoing = new Outgoing(buffer);

    private String hex(int length) {
        return HexFormat.of().formatHex(buffer.array(), 0, length);
    }

    @Test
    void anErrorHasOnlyAHeader() {
        assertEquals("10000000" + "feffffff" + "4d00000000000000", hex(outgoing.fail(77, 2)));
    }

    @Test
    void anEntryHasTheShapeOfStructFuseEntryOut() {
        Outgoing.putEntry(outgoing.begin(77), 5, 60, 61, ATTR);
        int length = outgoing.end(buffer.position());
        assertEquals(Outgoing.HEADER + Outgoing.ENTRY, length);
        assertEquals("90000000" + "00000000" + "4d00000000000000" + "0500000000000000" + "0000000000000000" + "3c00000000000000" + "3d00000000000000" + "0000000000000000"
            + ATTR_HEX, hex(length));
    }

    @Test
    void aMissingNameHasNodeZeroAndATime() {
        Outgoing.putMissing(outgoing.begin(77), 60);
        assertEquals("90000000" + "00000000" + "4d00000000000000" + "00".repeat(16) + "3c00000000000000" + "00".repeat(104), hex(outgoing.end(buffer.position())));
    }

    @Test
    void attributesHaveTheShapeOfStructFuseAttrOut() {
        Outgoing.putAttr(outgoing.begin(77), 60, ATTR);
        assertEquals("78000000" + "00000000" + "4d00000000000000" + "3c00000000000000" + "0000000000000000" + ATTR_HEX, hex(outgoing.end(buffer.position())));
    }

    @Test
    void statisticsHaveTheShapeOfStructFuseStatxOut() {
        Outgoing.putStatx(outgoing.begin(77), 60, ATTR);
        int length = outgoing.end(buffer.position());
        assertEquals(Outgoing.HEADER + 32 + 256, length);
        assertEquals("3c00000000000000" + "00".repeat(24)
            + "ff0f0000" + "00000200" + "00".repeat(8) + "02000000" + "e8030000" + "64000000" + "a481" + "0000" + "0201000000000000" + "0110000000000000" + "0900000000000000"
            + "00".repeat(8) + "0700000000000000" + "08000000" + "00000000" + "0b00000000000000" + "0c000000" + "00000000" + "0900000000000000" + "0a000000" + "00000000"
            + "ffffffffffffffff" + "ffc99a3b" + "00000000" + "05000000" + "01000000" + "00".repeat(8 + 112), hex(length).substring(2 * Outgoing.HEADER));
    }

    @Test
    void theAgreementHasTheShapeOfStructFuseInitOut() {
        ByteBuffer body = outgoing.begin(77);
        new Features(31, Features.ASYNC_READ | Features.MAX_PAGES).put(body, 0x20000);
        assertEquals("07000000" + "1f000000" + "00000200" + "01004000" + "1000" + "0c00" + "00001000" + "01000000" + "0001" + "0000" + "00000000" + "00".repeat(28),
            hex(outgoing.end(body.position())).substring(2 * Outgoing.HEADER));
        assertEquals(ByteOrder.LITTLE_ENDIAN, ByteOrder.nativeOrder());
    }
}
