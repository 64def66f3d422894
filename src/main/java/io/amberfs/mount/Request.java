package io.amberfs.mount;

import io.amberfs.model.Name;
import java.util.Arrays;
import jnr.ffi.Pointer;

/**
 * The kernel request that a worker thread is carrying out, as far as libfuse does not hand it on. libfuse makes the same calls for different requests: only the
 * request tells whether a rename is the user's or hides an open file, and whether an unlink is the user's or clears such a file away.
 *
 * <p>Confined to its thread. Outside of a request (libfuse is being torn down) the opcode is 0.
 */
final class Request {
    static final int LOOKUP = 1;
    static final int GETATTR = 3;
    static final int UNLINK = 10;
    static final int RENAME = 12;

    /** Sizes and offsets of struct fuse_in_header, linux/fuse.h; all little-endian like the machines that we run on. */
    static final int HEADER = 40;
    private static final int OPCODE_AT = 4;
    private static final int UID_AT = 24;
    private static final int GID_AT = 28;
    /** struct fuse_rename_in, ahead of the two names: the new directory. */
    private static final int RENAME_FIXED = 8;

    private static final byte[] NO_NAME = {};
    private static final ThreadLocal<Request> CURRENT = ThreadLocal.withInitial(Request::new);

    private int opcode;
    private int uid;
    private int gid;
    private byte[] renameTo = NO_NAME;

    private Request() {
    }

    static Request current() {
        return CURRENT.get();
    }

    /** @param message a request as the kernel wrote it, {@code size} bytes, at least a header */
    void begin(Pointer message, int size) {
        opcode = message.getInt(OPCODE_AT);
        uid = message.getInt(UID_AT);
        gid = message.getInt(GID_AT);
        renameTo = opcode == RENAME ? secondName(message, HEADER + RENAME_FIXED, size) : NO_NAME;
    }

    void end() {
        opcode = 0;
        renameTo = NO_NAME;
    }

    boolean is(int opcode) {
        return this.opcode == opcode;
    }

    int uid() {
        return uid;
    }

    int gid() {
        return gid;
    }

    /**
     * Whether libfuse's call to rename something to {@code target} hides an open file, instead of being what the user asked for: an unlink never renames
     * anything else, and a rename to another name than the user's is the file that is in its way.
     */
    boolean hides(Name target) {
        return opcode == UNLINK || opcode == RENAME && !Arrays.equals(renameTo, target.bytes());
    }

    private static byte[] secondName(Pointer message, int from, int size) {
        byte[] names = new byte[Math.max(0, size - from)];
        message.get(from, names, 0, names.length);
        int first = indexOfNul(names, 0);
        int second = indexOfNul(names, Math.min(first + 1, names.length));
        return first >= second ? NO_NAME : Arrays.copyOfRange(names, first + 1, second);
    }

    private static int indexOfNul(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }
}
