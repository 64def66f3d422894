package io.amberfs.fs;

import io.amberfs.block.Hands;
import io.amberfs.history.View;
import io.amberfs.model.Body;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import java.util.Arrays;
import java.util.function.Function;

/**
 * What is done with stretches of a file of the present without bytes being given: set aside, made a hole, copied from another file by naming the same blocks.
 *
 * <ul>
 * <li>Each is one change of the head, made when all that was written to the file is installed: no recording has a part of it. A long stretch takes several.
 * <li>A copy looks at its source first and changes its target then, and never locks both: of a source that is written to meanwhile it has what was there at one moment of the
 * call.
 * <li>Blocks that a copy names were put before, for the source: no recording that has the copy comes before that which makes them durable.
 * </ul>
 *
 * <p>Thread-safe. Its callers hold no lock; it enters the gate.
 */
final class Spans {
    /** Extents that are copied in one change, which keeps commits waiting: those of some 2 GiB. */
    private static final int EXTENTS_MAX = 1 << 15;
    /** What an extent takes in its row, and the row in the history, at most. */
    private static final long EXTENT_BYTES = 64;

    private final Drive.Parts parts;
    private final FileMap map;
    private final Gate gate;
    private final Writes writes;
    private final Clock clock;

    /** What a stretch of a source has: {@code length} bytes, those that are in blocks laid out as the target is to have them, or {@code bytes} if they are in the inode. */
    private record Taken(long length, Layout layout, byte[] bytes) {
        static final byte[] NONE = {};
    }

    Spans(Drive.Parts parts, Gate gate, Writes writes, Clock clock) {
        this.parts = parts;
        this.gate = gate;
        this.writes = writes;
        this.clock = clock;
        map = parts.contents().map();
    }

    /**
     * As fallocate(2) without flags. Nothing is set aside, since every write of a copy-on-write store needs new room; but what does not fit now is refused, and the file grows.
     *
     * @throws FsException EINVAL, EFBIG, ENOSPC, EROFS
     */
    void allocate(OpenFile file, long offset, long length, boolean keepSize) {
        long end = end(offset, length);
        requireRoom(file, offset, end);
        writes.dropPrivileges(file, true);
        writes.boundHead();
        try (Gate.Pass pass = gate.enter()) {
            file.alter(clock.nanos(), false, (change, inode) -> keepSize ? inode : grown(inode, end));
        }
    }

    /** As fallocate(2) with FALLOC_FL_PUNCH_HOLE: the size stays. @throws FsException EINVAL, EFBIG, EROFS */
    void punch(OpenFile file, long offset, long length) {
        punch(file, offset, end(offset, length), true);
    }

    /** As fallocate(2) with FALLOC_FL_ZERO_RANGE: zeros that take no room. @throws FsException EINVAL, EFBIG, ENOSPC, EROFS */
    void zero(OpenFile file, long offset, long length, boolean keepSize) {
        long end = end(offset, length);
        requireRoom(file, offset, end);
        punch(file, offset, end, keepSize);
    }

    /**
     * As copy_file_range(2) from a file of the present.
     *
     * @return bytes copied: fewer than {@code length} at the end of the source, and where much lies between
     */
    long copy(OpenFile source, long offset, OpenFile target, long targetOffset, long length) {
        long room = room(offset, targetOffset, length);
        source.handOverAll();
        source.await();
        try (Hands.Held held = parts.sealers().hold()) {
            return paste(target, targetOffset, source.installed(inode -> {
                long copied = Math.min(room, inode.size() - offset);
                if (source == target && offset < targetOffset + copied && targetOffset < offset + copied) {
                    throw new FsException(Errno.EINVAL, "the ranges overlap");
                }
                return take(parts.head(), inode, offset, targetOffset, room);
            }));
        }
    }

    /** As {@link #copy(OpenFile, long, OpenFile, long, long)} from what {@code inode} has in {@code view}. */
    long copy(View view, Inode inode, long offset, OpenFile target, long targetOffset, long length) {
        try (Hands.Held held = parts.sealers().hold()) {
            return paste(target, targetOffset, take(view, inode, offset, targetOffset, room(offset, targetOffset, length)));
        }
    }

    private Taken take(View view, Inode inode, long offset, long targetOffset, long length) {
        Layout layout = new Layout();
        if (offset >= inode.size() || length == 0) {
            return new Taken(0, layout, Taken.NONE);
        }
        long end = offset + Math.min(length, inode.size() - offset);
        if (inode.body() instanceof Body.Inline inline && offset < inline.bytes().length) {
            byte[] bytes = Arrays.copyOfRange(inline.bytes(), (int) offset, (int) Math.min(end, inline.bytes().length));
            return new Taken(bytes.length, layout, bytes);
        }
        long[] reached = {end};
        map.walk(view, inode.body(), offset, (at, extent) -> {
            if (at < end && layout.count() >= EXTENTS_MAX) {
                reached[0] = at;
            } else if (at < end) {
                long from = Math.max(at, offset);
                int part = (int) (Math.min(at + extent.length(), end) - from);
                layout.add(targetOffset + from - offset, part, extent.block(), extent.blockOffset() + (int) (from - at), extent.check());
            }
            return at < reached[0];
        });
        return new Taken(reached[0] - offset, layout, Taken.NONE);
    }

    private long paste(OpenFile target, long offset, Taken taken) {
        if (taken.length() == 0) {
            return 0;
        } else if (taken.bytes().length > 0) {
            writes.write(target, offset, Source.of(taken.bytes(), 0), taken.bytes().length, false);
            return taken.length();
        }
        parts.space().require(Tree.NEW_FILE_BYTES + EXTENT_BYTES * taken.layout().count());
        writes.dropPrivileges(target, true);
        writes.boundHead();
        long[] copied = new long[1];
        try (Gate.Pass pass = gate.enter()) {
            target.alter(clock.nanos(), !taken.layout().isEmpty(), (change, inode) -> {
                long end = map.reach(inode.body(), offset, offset + taken.length());
                copied[0] = end - offset;
                if (taken.layout().isEmpty()) {
                    return grown(map.punch(change, target.ino(), inode, offset, end), end);
                }
                if (copied[0] < taken.length()) {
                    taken.layout().cut(end);
                }
                return map.put(change, target.ino(), inode, Math.max(inode.size(), end), offset, end, taken.layout());
            });
        }
        return copied[0];
    }

    private void punch(OpenFile file, long offset, long end, boolean keepSize) {
        writes.dropPrivileges(file, true);
        long[] at = {offset};
        while (at[0] < end) {
            parts.health().requireWritable();
            writes.boundHead();
            try (Gate.Pass pass = gate.enter()) {
                file.alter(clock.nanos(), false, (change, inode) -> {
                    long start = at[0];
                    boolean whole = start == 0 && end >= inode.size();
                    at[0] = whole ? end : map.reach(inode.body(), start, end);
                    Inode punched = map.punch(change, file.ino(), inode, start, at[0]);
                    return keepSize || at[0] < end ? punched : grown(punched, end);
                });
            }
        }
    }

    private static Inode grown(Inode inode, long size) {
        return size > inode.size() ? inode.withContents(size, inode.stored(), inode.body()) : inode;
    }

    /** What a stretch has already needs no room. */
    private void requireRoom(OpenFile file, long offset, long end) {
        long length = end - offset;
        Function<Inode, Long> stored = inode -> map.stored(parts.head(), inode.body(), offset, end);
        parts.space().require(length <= parts.space().free() ? length : length - file.installed(stored));
    }

    private long end(long offset, long length) {
        parts.health().requireWritable();
        if (offset < 0 || length <= 0) {
            throw new FsException(Errno.EINVAL);
        } else if (offset > Limits.FILE_MAX - length) {
            throw new FsException(Errno.EFBIG);
        }
        return offset + length;
    }

    /** How many of the {@code length} bytes a target can have. */
    private long room(long offset, long targetOffset, long length) {
        parts.health().requireWritable();
        if (offset < 0 || targetOffset < 0 || length < 0) {
            throw new FsException(Errno.EINVAL);
        } else if (length > 0 && targetOffset >= Limits.FILE_MAX) {
            throw new FsException(Errno.EFBIG);
        }
        return Math.min(length, Limits.FILE_MAX - targetOffset);
    }
}
