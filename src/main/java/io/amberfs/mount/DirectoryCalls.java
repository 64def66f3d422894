package io.amberfs.mount;

import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Drive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;

/** Answers what the kernel asks about open directories. Listings stream: the kernel asks again from the cookie of the last entry that it took. Thread-safe. */
final class DirectoryCalls {
    private final Drive drive;
    private final NodeIds ids;
    private final Replies replies;
    private final Answers answers;
    private final Handles<DirHandle> handles = new Handles<>();

    DirectoryCalls(Drive drive, NodeIds ids, Replies replies, Answers answers) {
        this.drive = drive;
        this.ids = ids;
        this.replies = replies;
        this.answers = answers;
    }

    void opendir(long request, long id, Pointer info) {
        long number = handles.add(drive.openDir(ids.node(id)));
        OpenInfo.putHandle(info, number);
        if (!replies.opened(request, info)) {
            answers.quietly("close", id, () -> handles.remove(number).close());
        }
    }

    void readdir(long request, long size, long cookie, Pointer info) {
        Listing listing = new Listing((int) Math.min(size, MountOptions.REQUEST_MAX));
        handles.at(OpenInfo.handle(info)).read(cookie, listing::add);
        replies.bytes(request, listing.bytes());
    }

    /** The entries of a directory are durable when the drive is. */
    void fsyncdir(long request) {
        drive.sync();
        replies.done(request);
    }

    void releasedir(long request, Pointer info) {
        handles.remove(OpenInfo.handle(info)).close();
        replies.done(request);
    }

    void closeAll() {
        for (long number : handles.numbers()) {
            answers.quietly("close", ids.told(handles.at(number).node()), () -> handles.remove(number).close());
        }
    }

    /** Entries as the kernel takes them: struct fuse_dirent of linux/fuse.h, little-endian like the machines that we run on. */
    static final class Listing {
        /** Inode number and cookie of 8 bytes, length of the name and type of 4; then the name. */
        private static final int FIXED = 24;
        private static final int ALIGN = 8;
        /** From the type bits of st_mode to the d_type of dirent. */
        private static final int TYPE_SHIFT = 12;

        private final ByteBuffer buffer;

        Listing(int size) {
            buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** @return false if there is no room */
        boolean add(byte[] name, int mode, long ino, long cookie) {
            if (!Text.isUtf8(name)) {
                return true;
            }
            int length = FIXED + name.length + ALIGN - 1 & -ALIGN;
            if (length > buffer.remaining()) {
                return false;
            }
            int start = buffer.position();
            buffer.putLong(ino).putLong(cookie).putInt(name.length).putInt(mode >>> TYPE_SHIFT).put(name).position(start + length);
            return true;
        }

        byte[] bytes() {
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }
}
