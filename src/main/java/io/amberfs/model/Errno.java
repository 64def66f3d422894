package io.amberfs.model;

/** The Linux error numbers that a filesystem operation can answer with. */
public enum Errno {
    EPERM(1), ENOENT(2), EINTR(4), EIO(5), ENXIO(6), E2BIG(7), EBADF(9), EAGAIN(11), ENOMEM(12), EACCES(13), EBUSY(16), EEXIST(17), EXDEV(18),
    ENODEV(19), ENOTDIR(20), EISDIR(21), EINVAL(22), ENFILE(23), EFBIG(27), ENOSPC(28), EROFS(30), EMLINK(31), ERANGE(34), ENAMETOOLONG(36), ENOSYS(38),
    ENOTEMPTY(39), ELOOP(40), ENODATA(61), EPROTO(71), EOVERFLOW(75), EILSEQ(84), EOPNOTSUPP(95), ESTALE(116);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The positive number of Linux' errno.h. */
    public int number() {
        return number;
    }
}
