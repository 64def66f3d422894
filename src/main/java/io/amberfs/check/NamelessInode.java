package io.amberfs.check;

/** A file or directory that no entry names: it cannot be reached. */
public record NamelessInode(long ino, int expected, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "no entry names it, its record says " + expected;
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
