package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContentIdTest {
    private final byte[] key = new byte[32];
    private final ContentId id = new ContentId(key);
    private final byte[] content = new byte[100_000];

    /** HMAC-SHA-256 of "Hi There" under 20 bytes 0x0b: RFC 4231, test case 1. */
    @Test
    void itIsHmacSha256() {
        byte[] ours = new byte[20];
        Arrays.fill(ours, (byte) 0x0b);
        assertEquals("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", HexFormat.of().formatHex(new ContentId(ours).of("Hi There".getBytes(StandardCharsets.US_ASCII), 0, 8)));
    }

    @Test
    void piecesTogetherHaveTheIdsThatTheyHaveAlone() {
        new Random(7).nextBytes(content);
        for (int count : new int[] {0, 1, 3, 4, 16, 17, 100}) {
            int[] offsets = IntStream.range(0, count).map(i -> i * 900).toArray();
            int[] lengths = IntStream.range(0, count).map(i -> 1 + i * 37 % 900).toArray();
            id.of(content, offsets, lengths).ifPresent(together -> {
                assertEquals(offsets.length, together.length);
                for (int i = 0; i < offsets.length; i++) {
                    assertArrayEquals(id.of(content, offsets[i], lengths[i]), together[i], offsets.length + " pieces, number " + i);
                }
            });
        }
    }

    @Test
    void onceWipedItNamesNothing() {
        id.wipe();
        assertThrows(IllegalStateException.class, () -> id.of(content, 0, 10));
        assertThrows(IllegalStateException.class, () -> id.of(content, new int[10], new int[10]));
        assertArrayEquals(new byte[32], key);
    }
}
