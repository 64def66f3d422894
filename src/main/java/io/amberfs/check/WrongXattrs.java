package io.amberfs.check;

/** Extended attributes that their inode does not know of, or that are missing. */
public record WrongXattrs(long ino, String reason, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return reason;
    }

    @Override
    public String where() {
        return "inode " + ino;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
