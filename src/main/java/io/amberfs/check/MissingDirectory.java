package io.amberfs.check;

/** Entries of a directory that has no record. */
public record MissingDirectory(long ino, long entries, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return entries + " entries are in a directory that has no record";
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
