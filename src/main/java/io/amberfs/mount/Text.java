package io.amberfs.mount;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Text at the native edge: bytes ended by a NUL. */
final class Text {
    private Text() {
    }

    /** The bytes ahead of the NUL. */
    static byte[] bytes(Pointer text) {
        byte[] out = new byte[text.indexOf(0, (byte) 0)];
        text.get(0, out, 0, out.length);
        return out;
    }

    /** Whether a transport that takes names for text carries it. */
    static boolean isUtf8(byte[] text) {
        for (byte b : text) {
            if (b < 0) {
                return isDecodable(text);
            }
        }
        return true;
    }

    private static boolean isDecodable(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** With a NUL behind it. */
    static byte[] terminated(String text) {
        return terminated(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With a NUL behind it. */
    static byte[] terminated(byte[] text) {
        return Arrays.copyOf(text, text.length + 1);
    }

    /** In native memory that lives as long as the pointer. */
    static Pointer allocate(Runtime runtime, String text) {
        byte[] bytes = terminated(text);
        Pointer memory = Memory.allocateDirect(runtime, bytes.length);
        memory.put(0, bytes, 0, bytes.length);
        return memory;
    }
}
