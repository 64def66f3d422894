package io.amberfs.fs;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one setattr changes; what is empty stays. Times in nanoseconds since 1970, size in bytes.
 *
 * @param mode permissions (07777 bits); the type bits are ignored
 */
public record AttrChange(OptionalInt mode, OptionalInt uid, OptionalInt gid, OptionalLong size, OptionalLong atime, OptionalLong mtime) {
    public static AttrChange mode(int mode) {
        return new AttrChange(OptionalInt.of(mode), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    public static AttrChange owner(OptionalInt uid, OptionalInt gid) {
        return new AttrChange(OptionalInt.empty(), uid, gid, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    public static AttrChange size(long size) {
        return new AttrChange(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.of(size), OptionalLong.empty(), OptionalLong.empty());
    }

    public static AttrChange times(OptionalLong atime, OptionalLong mtime) {
        return new AttrChange(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(), atime, mtime);
    }
}
