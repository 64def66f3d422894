package io.amberfs.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RawTextTest {
    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void anyBytesComeBack() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] usual = "aé/\\".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                // beginnings and ends of sequences, surrogates in UTF-8 among them, far more often than at random
                bytes[i] = (byte) switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(256);
                    case 1 -> 0x80 + random.nextInt(64);
                    case 2 -> 0xc0 + random.nextInt(64);
                    default -> usual[random.nextInt(usual.length)];
                };
            }
            String raw = RawText.of(bytes);
            assertArrayEquals(bytes, RawText.bytes(raw), () -> "seed " + seed);
            assertEquals(RawText.isUtf8(raw), raw.equals(new String(bytes, StandardCharsets.UTF_8)), () -> "seed " + seed);
            assertTrue(RawText.isUtf8(RawText.shown(raw)), () -> "seed " + seed);
        }
    }

    @Test
    void whatIsUtf8IsThatText() {
        for (String text : new String[] {"", "a", "größer😀", "\u0000\n", "U+FFFD is a character: \ufffd", "\\xff"}) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            assertEquals(text, RawText.of(utf8));
            assertEquals(text, RawText.shown(utf8));
            assertTrue(RawText.isUtf8(utf8));
            assertArrayEquals(utf8, RawText.bytes(text));
        }
    }

    @Test
    void aByteThatIsNotUtf8ShowsByItsNumber() {
        assertEquals("caf\\xe9 \\xff😀", RawText.shown(bytes("caf\u00e9 \u00ff\u00f0\u009f\u0098\u0080")));
        assertEquals("\\xed\\xa0\\x80", RawText.shown(bytes("\u00ed\u00a0\u0080")), "a surrogate is not UTF-8");
        assertEquals("\\xc0\\xaf", RawText.shown(bytes("\u00c0\u00af")), "nor is a slash in two bytes");
        assertFalse(RawText.isUtf8(bytes("a\u00c3")));
        assertEquals("a\\xc3", Name.of(bytes("a\u00c3")).toString());
    }

    @Test
    void rawTextIsCutAndJoinedAtSlashes() {
        byte[] path = bytes("\u00c3/\u00a4/\u00ff");
        String raw = RawText.of(path);
        assertEquals(3, raw.split("/").length);
        assertArrayEquals(path, RawText.bytes(String.join("/", raw.split("/"))));
        assertArrayEquals(bytes("\u00c3"), RawText.bytes(raw.split("/")[0]));
    }
}
