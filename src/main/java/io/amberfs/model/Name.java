package io.amberfs.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The name of a dirent: 1 to 255 bytes without '/' and NUL, neither "." nor "..". Immutable. */
public final class Name {
    private final byte[] bytes;

    private Name(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws FsException ENAMETOOLONG, or EINVAL for what no file can be called */
    public static Name of(byte[] bytes) {
        if (bytes.length > Limits.NAME_MAX) {
            throw new FsException(Errno.ENAMETOOLONG);
        }
        if (!isValid(bytes)) {
            throw new FsException(Errno.EINVAL);
        }
        return new Name(bytes.clone());
    }

    public static Name of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a file can be called so; for names that come from disk or wire. */
    public static boolean isValid(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > Limits.NAME_MAX) {
            return false;
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                return false;
            }
        }
        return !(bytes[0] == '.' && (bytes.length == 1 || bytes.length == 2 && bytes[1] == '.'));
    }

    /** The bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean is(String text) {
        return Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
    }

    public boolean isUtf8() {
        return RawText.isUtf8(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For messages; bytes that are not UTF-8 show as {@code \xff}. */
    @Override
    public String toString() {
        return RawText.shown(bytes);
    }
}
