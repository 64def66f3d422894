package io.amberfs.check;

/** A directory that is, through others, its own parent: it cannot be reached. */
public record DirectoryLoop(long ino, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "its parents lead back to itself and not to the root";
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
