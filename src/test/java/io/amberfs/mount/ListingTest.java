package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ListingTest {
    private final ByteBuffer room = ByteBuffer.allocate(64);

    @Test
    void anEntryHasTheShapeOfStructFuseDirent() {
        Listing listing = new Listing(room, true);
        assertTrue(listing.add("abc".getBytes(StandardCharsets.UTF_8), 0100000, 0x0102, 0, 0x0a0b));
        assertArrayEquals(HexFormat.of().parseHex("0201000000000000" + "0b0a000000000000" + "03000000" + "08000000" + "6162630000000000"), Arrays.copyOf(room.array(), listing.length()));
    }

    @Test
    void whatHasNoRoomIsNotTaken() {
        Listing listing = new Listing(room.limit(63), true);
        assertTrue(listing.add(new byte[] {'a'}, 0040000, 1, 0, 3));
        assertFalse(listing.add(new byte[] {'b'}, 0040000, 2, 0, 4));
        assertEquals(32, listing.length());
    }

    @Test
    void aNameThatIsNotUtf8IsLeftOutWhereTheTransportCannotCarryIt() {
        Listing listing = new Listing(room, true);
        assertTrue(listing.add(new byte[] {'a', (byte) 0xff}, 0100000, 1, 0, 3));
        assertEquals(0, listing.length());
        assertTrue(new Listing(room, false).add(new byte[] {'a', (byte) 0xff}, 0100000, 1, 0, 3));
        assertEquals((byte) 0xff, room.get(25));
    }
}
