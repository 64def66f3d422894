package io.amberfs.check;

/** A link row of an inode that is not there. */
public record StrayLink(long ino, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "it says where another name is of an inode that was not there";
    }

    @Override
    public String where() {
        return "link of inode " + ino;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
