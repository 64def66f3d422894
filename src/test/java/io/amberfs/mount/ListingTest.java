package io.amberfs.mount;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ListingTest {
    @Test
    void anEntryHasTheShapeOfStructFuseDirent() {
        DirectoryCalls.Listing listing = new DirectoryCalls.Listing(64);
        assertTrue(listing.add("abc".getBytes(StandardCharsets.UTF_8), 0100000, 0x0102, 0x0a0b));
        assertArrayEquals(HexFormat.of().parseHex("0201000000000000" + "0b0a000000000000" + "03000000" + "08000000" + "6162630000000000"), listing.bytes());
    }

    @Test
    void whatHasNoRoomIsNotTaken() {
        DirectoryCalls.Listing listing = new DirectoryCalls.Listing(63);
        assertTrue(listing.add(new byte[] {'a'}, 0040000, 1, 3));
        assertFalse(listing.add(new byte[] {'b'}, 0040000, 2, 4));
        assertTrue(listing.bytes().length == 32);
    }

    @Test
    void aNameThatIsNotUtf8IsLeftOut() {
        DirectoryCalls.Listing listing = new DirectoryCalls.Listing(64);
        assertTrue(listing.add(new byte[] {'a', (byte) 0xff}, 0100000, 1, 3));
        assertTrue(listing.bytes().length == 0);
    }
}
