package io.amberfs.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of names and paths as text and back, with nothing lost.
 *
 * <ul>
 *   <li>What is UTF-8 is that text. Every other byte is one lone surrogate, U+DC80 to U+DCFF for 0x80 to 0xff, which no UTF-8 can stand for (as in Python's PEP 383).
 *   <li>{@code bytes(of(b))} is {@code b} for all bytes, so that raw text can be cut and joined at '/' like any other.
 *   <li>Raw text is for this process alone: it cannot be encoded, and must not be printed or sent. For people there is {@link #shown}.
 * </ul>
 *
 * Stateless.
 */
public final class RawText {
    private static final char FIRST = '\udc80';
    private static final char LAST = '\udcff';

    private RawText() {
    }

    public static String of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isUnderflow()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (FIRST + (in.get() & 0x7f)));
            }
        }
    }

    /** The bytes that {@link #of} made the text of; those of any other text are UTF-8. */
    public static byte[] bytes(String raw) {
        if (isUtf8(raw)) {
            return raw.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length() + 16);
        int done = 0;
        for (int at = nextByte(raw, 0); at < raw.length(); at = nextByte(raw, at + 1)) {
            out.writeBytes(raw.substring(done, at).getBytes(StandardCharsets.UTF_8));
            out.write(raw.charAt(at) & 0xff);
            done = at + 1;
        }
        out.writeBytes(raw.substring(done).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** Whether raw text is of bytes that are UTF-8, so that it is text like any other. */
    public static boolean isUtf8(String raw) {
        return nextByte(raw, 0) == raw.length();
    }

    public static boolean isUtf8(byte[] bytes) {
        return isUtf8(of(bytes));
    }

    /** For people: a byte that is not UTF-8 shows as {@code \xff}. */
    public static String shown(String raw) {
        if (isUtf8(raw)) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length() + 16);
        int done = 0;
        for (int at = nextByte(raw, 0); at < raw.length(); at = nextByte(raw, at + 1)) {
            out.append(raw, done, at).append("\\x").append(Integer.toHexString(raw.charAt(at) & 0xff));
            done = at + 1;
        }
        return out.append(raw, done, raw.length()).toString();
    }

    public static String shown(byte[] bytes) {
        return shown(of(bytes));
    }

    /** Where the next lone surrogate is that stands for a byte; the length if there is none. */
    private static int nextByte(String raw, int from) {
        for (int at = from; at < raw.length(); at++) {
            char c = raw.charAt(at);
            if (Character.isHighSurrogate(c)) {
                at++; // its other half, in what is UTF-8
            } else if (c >= FIRST && c <= LAST) {
                return at;
            }
        }
        return raw.length();
    }
}
