package io.amberfs.mount;

import io.amberfs.fs.AttrChange;
import io.amberfs.model.Clock;
import io.amberfs.model.Mode;

import java.math.BigInteger;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The kernel's way to say which attributes are to be set: bits, and values that count only with their bit. The bits are those of FATTR_MODE and so on in linux/fuse.h. */
final class SetAttr {
    static final int MODE = 1;
    static final int UID = 1 << 1;
    static final int GID = 1 << 2;
    static final int SIZE = 1 << 3;
    static final int ATIME = 1 << 4;
    static final int MTIME = 1 << 5;
    static final int ATIME_NOW = 1 << 7;
    static final int MTIME_NOW = 1 << 8;
    static final int CTIME = 1 << 10;
    static final int KILL_SUIDGID = 1 << 11;

    private SetAttr() {
    }

    static AttrChange change(int which, int mode, int uid, int gid, long size, long atime, long mtime, Clock clock) {
        return new AttrChange(
            has(which, MODE) ? OptionalInt.of(mode & Mode.PERMISSIONS) : OptionalInt.empty(),
            has(which, UID) ? OptionalInt.of(uid) : OptionalInt.empty(),
            has(which, GID) ? OptionalInt.of(gid) : OptionalInt.empty(),
            has(which, SIZE) ? OptionalLong.of(size) : OptionalLong.empty(),
            time(which, ATIME, ATIME_NOW, atime, clock),
            time(which, MTIME, MTIME_NOW, mtime, clock));
    }

    /** In nanoseconds since 1970. One out of range (before 1677 or after 2262) becomes the nearest in range, as Linux does with its own filesystems. */
    static long time(long seconds, long nanos) {
        BigInteger exact = BigInteger.valueOf(seconds).multiply(BigInteger.valueOf(1_000_000_000L)).add(BigInteger.valueOf(nanos));
        return exact.bitLength() < Long.SIZE ? exact.longValue() : seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private static OptionalLong time(int which, int given, int now, long time, Clock clock) {
        if (has(which, now)) {
            return OptionalLong.of(clock.nanos());
        }
        return has(which, given) ? OptionalLong.of(time) : OptionalLong.empty();
    }

    private static boolean has(int which, int flag) {
        return (which & flag) != 0;
    }
}
