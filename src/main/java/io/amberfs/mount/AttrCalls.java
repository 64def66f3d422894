package io.amberfs.mount;

import io.amberfs.fs.AttrChange;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.model.Attr;
import io.amberfs.model.Clock;
import io.amberfs.model.Mode;
import java.util.OptionalInt;
import java.util.OptionalLong;
import jnr.ffi.Pointer;

/** Answers what the kernel asks about attributes, and changes them. Thread-safe. */
final class AttrCalls {
    /** What of a struct stat is to be set: FUSE_SET_ATTR_MODE and so on in fuse_lowlevel.h. */
    static final int MODE = 1;
    static final int UID = 1 << 1;
    static final int GID = 1 << 2;
    static final int SIZE = 1 << 3;
    static final int ATIME = 1 << 4;
    static final int MTIME = 1 << 5;
    static final int ATIME_NOW = 1 << 7;
    static final int MTIME_NOW = 1 << 8;

    private final Drive drive;
    private final NodeIds ids;
    private final Replies replies;
    private final Clock clock;

    AttrCalls(Drive drive, NodeIds ids, Replies replies, Clock clock) {
        this.drive = drive;
        this.ids = ids;
        this.replies = replies;
        this.clock = clock;
    }

    void getattr(long request, long id) {
        Node node = ids.node(id);
        replies.attr(request, drive.attr(node), Entry.attrSeconds(node));
    }

    void setattr(long request, long id, Pointer stat, int which) {
        Node node = ids.node(id);
        Attr attr = drive.setAttr(node, change(stat, which, clock));
        replies.attr(request, attr, Entry.attrSeconds(node));
    }

    void statfs(long request) {
        replies.statFs(request, drive.statFs());
    }

    static AttrChange change(Pointer stat, int which, Clock clock) {
        return new AttrChange(
            has(which, MODE) ? OptionalInt.of(Stat.mode(stat) & Mode.PERMISSIONS) : OptionalInt.empty(),
            has(which, UID) ? OptionalInt.of(Stat.uid(stat)) : OptionalInt.empty(),
            has(which, GID) ? OptionalInt.of(Stat.gid(stat)) : OptionalInt.empty(),
            has(which, SIZE) ? OptionalLong.of(Stat.size(stat)) : OptionalLong.empty(),
            time(which, ATIME, ATIME_NOW, Stat.atime(stat), clock),
            time(which, MTIME, MTIME_NOW, Stat.mtime(stat), clock));
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
