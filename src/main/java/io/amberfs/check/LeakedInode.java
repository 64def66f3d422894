package io.amberfs.check;

/** A file without a name that is not on the list of those to be deleted: it takes space. */
public record LeakedInode(long ino, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "it has no name and is not marked for deletion";
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
