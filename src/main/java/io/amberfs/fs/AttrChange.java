package io.amberfs.fs;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one setattr changes; what is empty stays. Times in nanoseconds since 1970, size in bytes.
 *
 * @param mode           permissions (07777 bits); the type bits are ignored
 * @param ctime          when the attributes changed, where somebody keeps that who caches writes; else it is now
 * @param dropPrivileges whether what is no directory loses setuid, setgid (if its group may run it) and security.capability; after {@code mode} is set
 */
public record AttrChange(OptionalInt mode, OptionalInt uid, OptionalInt gid, OptionalLong size, OptionalLong atime, OptionalLong mtime, OptionalLong ctime,
                         boolean dropPrivileges) {
    private static final AttrChange NOTHING =
        new AttrChange(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    public AttrChange(OptionalInt mode, OptionalInt uid, OptionalInt gid, OptionalLong size, OptionalLong atime, OptionalLong mtime) {
        this(mode, uid, gid, size, atime, mtime, OptionalLong.empty(), false);
    }

    public static AttrChange mode(int mode) {
        return new AttrChange(OptionalInt.of(mode), NOTHING.uid, NOTHING.gid, NOTHING.size, NOTHING.atime, NOTHING.mtime);
    }

    public static AttrChange owner(OptionalInt uid, OptionalInt gid) {
        return new AttrChange(NOTHING.mode, uid, gid, NOTHING.size, NOTHING.atime, NOTHING.mtime);
    }

    public static AttrChange size(long size) {
        return new AttrChange(NOTHING.mode, NOTHING.uid, NOTHING.gid, OptionalLong.of(size), NOTHING.atime, NOTHING.mtime);
    }

    public static AttrChange times(OptionalLong atime, OptionalLong mtime) {
        return new AttrChange(NOTHING.mode, NOTHING.uid, NOTHING.gid, NOTHING.size, atime, mtime);
    }

    /** The same, and privileges go. */
    public AttrChange withoutPrivileges() {
        return new AttrChange(mode, uid, gid, size, atime, mtime, ctime, true);
    }

    /** The same, as of {@code time}. */
    public AttrChange at(OptionalLong time) {
        return new AttrChange(mode, uid, gid, size, atime, mtime, time, dropPrivileges);
    }
}
