package io.amberfs.fs;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A POSIX access control list (POSIX.1e draft 17), in the form that the kernel gives it as an extended attribute: linux/posix_acl_xattr.h, version 2, little endian.
 *
 * <ul>
 * <li>It is valid as the kernel's posix_acl_valid() has it: owner, named users, group, named groups, mask, others, in this order; a mask if anybody is named.
 * <li>Its entries for the owner, the mask (the group where there is none) and others are the nine permission bits of the mode.
 * </ul>
 *
 * <p>Immutable.
 */
record Acl(List<Acl.Entry> entries) {
    /** {@code id} is that of the named user or group, else {@link #NOBODY}. */
    record Entry(int tag, int permissions, int id) {
        Entry masked(int by) {
            return new Entry(tag, permissions & by, id);
        }
    }

    static final byte[] ACCESS = "system.posix_acl_access".getBytes(StandardCharsets.US_ASCII);
    static final byte[] DEFAULT = "system.posix_acl_default".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int ENTRY = 8;
    private static final int NOBODY = -1;
    private static final int USER_OBJ = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OBJ = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;
    private static final int ALL = 7;
    private static final int NINE = 0777;
    /** By the letters of {@link #letter}. */
    private static final Pattern ORDER = Pattern.compile("UGO|Uu*+Gg*+MO");

    /** What a new inode has: an ACL unless its mode says as much. */
    record Inherited(Optional<Acl> acl, int mode) {
    }

    static boolean isName(byte[] name) {
        return Arrays.equals(name, ACCESS) || Arrays.equals(name, DEFAULT);
    }

    /** Empty for no entries, which means none. @throws FsException EINVAL, or EOPNOTSUPP for another version, as the kernel has it */
    static Optional<Acl> parse(byte[] value) {
        if (value.length == 0) {
            return Optional.empty();
        } else if (value.length < HEADER) {
            throw new FsException(Errno.EINVAL, "an ACL of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int version = in.getInt();
        if (version != VERSION) {
            throw new FsException(Errno.EOPNOTSUPP, "an ACL of version " + version);
        } else if (in.remaining() % ENTRY != 0) {
            throw new FsException(Errno.EINVAL, "an ACL of " + value.length + " bytes");
        }
        List<Entry> entries = new ArrayList<>();
        while (in.hasRemaining()) {
            entries.add(entry(in.getShort() & 0xffff, in.getShort() & 0xffff, in.getInt()));
        }
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder letters = new StringBuilder();
        entries.forEach(entry -> letters.append(letter(entry.tag())));
        if (!ORDER.matcher(letters).matches()) {
            throw new FsException(Errno.EINVAL, "the entries of an ACL are " + letters);
        }
        return Optional.of(new Acl(List.copyOf(entries)));
    }

    /** One that was kept. @throws CorruptException when it is none */
    static Acl kept(byte[] value) {
        try {
            return parse(value).orElseThrow(() -> new CorruptException("an ACL has no entries"));
        } catch (FsException e) {
            throw new CorruptException("an ACL that is kept is none: " + e.getMessage());
        }
    }

    byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + ENTRY * entries.size()).order(ByteOrder.LITTLE_ENDIAN).putInt(VERSION);
        entries.forEach(entry -> out.putShort((short) entry.tag()).putShort((short) entry.permissions()).putInt(entry.id()));
        return out.array();
    }

    /** Whether it says no more than the mode of its inode. */
    boolean isMode() {
        return entries.size() == 3;
    }

    /** The nine permission bits that go with it. */
    int permissions() {
        return permissions(USER_OBJ) << 6 | permissions(groupTag()) << 3 | permissions(OTHER);
    }

    /** After a chmod to {@code mode}: the kernel's posix_acl_chmod(). */
    Acl withMode(int mode) {
        int group = groupTag();
        return new Acl(entries.stream().map(entry -> isClass(entry.tag(), group) ? new Entry(entry.tag(), mode >> shift(entry.tag()) & ALL, NOBODY) : entry).toList());
    }

    /** As the default ACL of a directory in which something is made with {@code mode}: the kernel's posix_acl_create(). */
    Inherited inherited(int mode) {
        int group = groupTag();
        Acl acl = new Acl(entries.stream().map(entry -> isClass(entry.tag(), group) ? entry.masked(mode >> shift(entry.tag())) : entry).toList());
        return new Inherited(acl.isMode() ? Optional.empty() : Optional.of(acl), mode & ~NINE | acl.permissions());
    }

    private int permissions(int tag) {
        return entries.stream().filter(entry -> entry.tag() == tag).findFirst().orElseThrow().permissions();
    }

    /** The entry that the group bits of the mode mean. */
    private int groupTag() {
        return entries.stream().anyMatch(entry -> entry.tag() == MASK) ? MASK : GROUP_OBJ;
    }

    private static boolean isClass(int tag, int group) {
        return tag == USER_OBJ || tag == group || tag == OTHER;
    }

    private static int shift(int tag) {
        return switch (tag) {
            case USER_OBJ -> 6;
            case OTHER -> 0;
            default -> 3;
        };
    }

    private static Entry entry(int tag, int permissions, int id) {
        boolean named = tag == USER || tag == GROUP;
        if ((permissions & ~ALL) != 0 || named && id == NOBODY) {
            throw new FsException(Errno.EINVAL, "an ACL with permissions " + permissions + " for " + id);
        }
        return new Entry(tag, permissions, named ? id : NOBODY);
    }

    private static char letter(int tag) {
        return switch (tag) {
            case USER_OBJ -> 'U';
            case USER -> 'u';
            case GROUP_OBJ -> 'G';
            case GROUP -> 'g';
            case MASK -> 'M';
            case OTHER -> 'O';
            default -> '?';
        };
    }
}
