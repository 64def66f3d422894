package io.amberfs.codec;

import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;

/**
 * The record of an inode.
 *
 * <p>Form: {@code version u8 = 1 | flags u8 | mode u16 | nlink varint | uid varint | gid varint | size varint | mtime i64 | ctime - mtime zigzag | btime - mtime zigzag}
 * then, by flag: {@code atime - mtime zigzag} (ATIME), {@code rdev varint} (RDEV), {@code parent varint, name bytes} (PLACE), and last the body: nothing (kind 0),
 * {@code bytes} (1, inline), {@code stored varint | extents} (2, mapped), {@code stored varint | map varint} (3, regions). The low two flag bits are the body's kind.
 */
public final class InodeCodec {
    private static final int VERSION = 1;
    private static final int NONE = 0;
    private static final int INLINE = 1;
    private static final int MAPPED = 2;
    private static final int REGIONS = 3;
    private static final int KIND = 3;
    private static final int XATTRS = 4;
    private static final int ATIME = 8;
    private static final int RDEV = 16;
    private static final int PLACE = 32;
    private static final int KNOWN = KIND | XATTRS | ATIME | RDEV | PLACE;

    private InodeCodec() {
    }

    public static byte[] encode(Inode inode) {
        boolean atime = inode.atime() != inode.mtime();
        int flags = kind(inode.body()) | (inode.hasXattrs() ? XATTRS : 0) | (atime ? ATIME : 0) | (inode.rdev() != 0 ? RDEV : 0) | (inode.parent() != 0 ? PLACE : 0);
        Out out = new Out(96).u8(VERSION).u8(flags).u16(inode.mode()).varint(inode.nlink()).varint(inode.uid() & 0xffffffffL).varint(inode.gid() & 0xffffffffL)
            .varint(inode.size()).u64(inode.mtime()).signed(inode.ctime() - inode.mtime()).signed(inode.btime() - inode.mtime());
        if (atime) {
            out.signed(inode.atime() - inode.mtime());
        }
        if (inode.rdev() != 0) {
            out.varint(inode.rdev());
        }
        if (inode.parent() != 0) {
            out.varint(inode.parent()).bytes(inode.name());
        }
        if (inode.body() instanceof Body.Inline inline) {
            out.bytes(inline.bytes());
        } else if (inode.body() instanceof Body.Mapped mapped) {
            ExtentCodec.write(out.varint(inode.stored()), mapped.extents());
        } else if (inode.body() instanceof Body.Regions regions) {
            out.varint(inode.stored()).varint(regions.map());
        }
        return out.toBytes();
    }

    public static Inode decode(long ino, byte[] bytes) {
        In in = new In("inode " + ino, bytes).version(VERSION);
        int flags = in.u8();
        if ((flags & ~KNOWN) != 0) {
            throw in.corrupt("unknown flags " + flags);
        }
        int mode = in.u16();
        if (!Mode.isKnown(mode)) {
            throw in.corrupt("unknown file type in mode 0" + Integer.toOctalString(mode));
        }
        int nlink = in.intVarint(0, Integer.MAX_VALUE);
        int uid = (int) in.varint(0, 0xffffffffL);
        int gid = (int) in.varint(0, 0xffffffffL);
        long size = in.varint(0, Limits.FILE_MAX);
        long mtime = in.u64();
        long ctime = mtime + in.signed();
        long btime = mtime + in.signed();
        long atime = mtime + ((flags & ATIME) != 0 ? in.signed() : 0);
        long rdev = (flags & RDEV) != 0 ? in.varint(0, Long.MAX_VALUE) : 0;
        long parent = (flags & PLACE) != 0 ? in.varint(1, Long.MAX_VALUE) : 0;
        byte[] name = (flags & PLACE) != 0 ? in.bytes(Limits.NAME_MAX) : Inode.NO_NAME;
        if (name.length > 0 && !Name.isValid(name)) {
            throw in.corrupt("a name that no file can have");
        }
        long stored = 0;
        Body body = Body.NONE;
        switch (flags & KIND) {
            case NONE -> { }
            case INLINE -> {
                byte[] inline = in.bytes(Limits.REGION);
                stored = inline.length;
                body = new Body.Inline(inline);
            }
            case MAPPED -> {
                stored = in.varint(0, Limits.FILE_MAX);
                body = new Body.Mapped(ExtentCodec.read(in));
            }
            case REGIONS -> {
                stored = in.varint(0, Limits.FILE_MAX);
                body = new Body.Regions(in.varint(1, Long.MAX_VALUE));
            }
            default -> throw new CorruptException("unreachable");
        }
        in.end();
        return new Inode(mode, nlink, uid, gid, size, stored, rdev, atime, mtime, ctime, btime, (flags & XATTRS) != 0, parent, name, body);
    }

    private static int kind(Body body) {
        if (body instanceof Body.Inline) {
            return INLINE;
        } else if (body instanceof Body.Mapped) {
            return MAPPED;
        }
        return body instanceof Body.Regions ? REGIONS : NONE;
    }
}
