package io.amberfs.check;

/** The regions of a file hold another number of bytes than its record says: parts of it are lost and read as zeros. */
public record MissingContents(long ino, long found, long expected, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "its regions hold " + found + " bytes, its record says " + expected;
    }

    @Override
    public String where() {
        return "inode " + ino;
    }

    @Override
    public boolean mendable() {
        return false;
    }
}
