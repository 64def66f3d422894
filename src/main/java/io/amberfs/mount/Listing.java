package io.amberfs.mount;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Entries of a directory as the kernel takes them: struct fuse_dirent of linux/fuse.h. Confined to one thread. */
final class Listing {
    /** Inode number and cookie of 8 bytes, length of the name and type of 4; then the name. */
    private static final int FIXED = 24;
    private static final int ALIGN = 8;
    /** From the type bits of st_mode to the d_type of dirent. */
    private static final int TYPE_SHIFT = 12;

    private final ByteBuffer room;
    private final int start;
    private final boolean onlyUtf8;

    Listing(ByteBuffer room, boolean onlyUtf8) {
        this.room = room.order(ByteOrder.nativeOrder());
        this.start = room.position();
        this.onlyUtf8 = onlyUtf8;
    }

    /** @return false if there is no room */
    boolean add(byte[] name, int mode, long ino, long number, long cookie) {
        if (onlyUtf8 && !Text.isUtf8(name)) {
            return true;
        }
        int length = length(name);
        if (length > room.remaining()) {
            return false;
        }
        int end = room.position() + length;
        room.putLong(ino).putLong(cookie).putInt(name.length).putInt(mode >>> TYPE_SHIFT).put(name);
        while (room.position() < end) {
            room.put((byte) 0);
        }
        return true;
    }

    /** Bytes that an entry takes. */
    static int length(byte[] name) {
        return FIXED + name.length + ALIGN - 1 & -ALIGN;
    }

    int length() {
        return room.position() - start;
    }
}
