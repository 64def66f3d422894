package io.amberfs.fs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** An ACL as getfacl(1) shows it in short, {@code u::rw-,u:7:r--,g::r--,m::rw-,o::---}, in the kernel's bytes. Written apart from {@link Acl}, so that they check each other. */
final class AclText {
    private static final Map<String, Integer> TAGS = Map.of("u:", 1, "u", 2, "g:", 4, "g", 8, "m:", 16, "o:", 32);

    private AclText() {
    }

    static byte[] bytes(String text) {
        String[] entries = text.isEmpty() ? new String[0] : text.split(",");
        ByteBuffer out = ByteBuffer.allocate(4 + 8 * entries.length).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        for (String entry : entries) {
            String[] parts = entry.split(":", -1);
            int permissions = (parts[2].contains("r") ? 4 : 0) | (parts[2].contains("w") ? 2 : 0) | (parts[2].contains("x") ? 1 : 0);
            out.putShort(TAGS.get(parts[1].isEmpty() ? parts[0] + ":" : parts[0]).shortValue()).putShort((short) permissions);
            out.putInt(parts[1].isEmpty() ? -1 : Integer.parseUnsignedInt(parts[1]));
        }
        return out.array();
    }
}
