package io.amberfs.check;

/** A mark for deletion on an inode that has a name or is gone. */
public record StrayOrphan(long ino, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "it is marked for deletion, but has a name or is gone";
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
