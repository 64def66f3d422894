package io.amberfs.cli;

import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A path relative to the root of a restore, as the stream gave it: any bytes, not to be trusted. Immutable. */
final class RestorePath {
    static final RestorePath ROOT = new RestorePath(new byte[0]);
    /** How the root is called where it is named. */
    static final byte[] HERE = {'.'};

    private final byte[] bytes;
    private final int slash;

    RestorePath(byte[] bytes) {
        this.bytes = bytes;
        int at = bytes.length - 1;
        while (at >= 0 && bytes[at] != '/') {
            at--;
        }
        this.slash = at;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isRoot() {
        return bytes.length == 0;
    }

    /** All before the last "/"; the root if there is none. */
    RestorePath parent() {
        return slash < 0 ? ROOT : new RestorePath(Arrays.copyOf(bytes, slash));
    }

    /** The last component; empty for what no file can be called, and for a path that begins with "/". */
    Optional<Name> name() {
        byte[] last = Arrays.copyOfRange(bytes, slash + 1, bytes.length);
        return slash != 0 && Name.isValid(last) ? Optional.of(Name.of(last)) : Optional.empty();
    }

    /** The components from the root down; empty if one of them is not a name. */
    Optional<List<Name>> names() {
        List<Name> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                byte[] part = Arrays.copyOfRange(bytes, start, i);
                if (!Name.isValid(part)) {
                    return Optional.empty();
                }
                names.add(Name.of(part));
                start = i + 1;
            }
        }
        return Optional.of(names);
    }

    RestorePath child(Name name) {
        if (isRoot()) {
            return new RestorePath(name.bytes());
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.bytes().length);
        joined[bytes.length] = '/';
        System.arraycopy(name.bytes(), 0, joined, bytes.length + 1, name.bytes().length);
        return new RestorePath(joined);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RestorePath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return isRoot() ? "." : RawText.shown(bytes);
    }
}
