package io.amberfs.kernel;

import java.util.Arrays;
import java.util.Locale;

/** What the kernel asks for. Those that it knows and a drive has no answer to of its own are left out: they get ENOSYS, after which most are not asked again. */
public enum Opcode {
    LOOKUP(1), FORGET(2), GETATTR(3), SETATTR(4), READLINK(5), SYMLINK(6), MKNOD(8), MKDIR(9), UNLINK(10), RMDIR(11), RENAME(12), LINK(13), OPEN(14), READ(15),
    WRITE(16), STATFS(17), RELEASE(18), FSYNC(20), SETXATTR(21), GETXATTR(22), LISTXATTR(23), REMOVEXATTR(24), FLUSH(25), INIT(26), OPENDIR(27), READDIR(28),
    RELEASEDIR(29), FSYNCDIR(30), CREATE(35), INTERRUPT(36), DESTROY(38), BATCH_FORGET(42), FALLOCATE(43), READDIRPLUS(44), RENAME2(45), LSEEK(46),
    COPY_FILE_RANGE(47), TMPFILE(51), STATX(52), UNKNOWN(0);

    /** The newest that is known here, whether or not it is carried out. */
    public static final int LAST = 52;

    private static final Opcode[] BY_NUMBER = new Opcode[64];

    static {
        Arrays.fill(BY_NUMBER, UNKNOWN);
        for (Opcode opcode : values()) {
            BY_NUMBER[opcode.number] = opcode;
        }
    }

    private final int number;
    private final String text;

    Opcode(int number) {
        this.number = number;
        text = name().toLowerCase(Locale.ROOT);
    }

    /** {@link #UNKNOWN} for all that is not here. */
    static Opcode of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** As in linux/fuse.h; 0 for {@link #UNKNOWN}. */
    public int number() {
        return number;
    }

    /** Whether the kernel expects no reply. */
    public boolean isSilent() {
        return this == FORGET || this == BATCH_FORGET || this == INTERRUPT;
    }

    /** For the log. */
    public String text() {
        return text;
    }
}
