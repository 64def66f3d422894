package io.amberfs.mount;

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

    /** For messages: what is not UTF-8 shows as U+FFFD. */
    static String of(Pointer text) {
        return new String(bytes(text), StandardCharsets.UTF_8);
    }

    /** With a NUL behind it. */
    static byte[] terminated(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** In native memory that lives as long as the pointer. */
    static Pointer allocate(Runtime runtime, String text) {
        byte[] bytes = terminated(text);
        Pointer memory = Memory.allocateDirect(runtime, bytes.length);
        memory.put(0, bytes, 0, bytes.length);
        return memory;
    }
}
