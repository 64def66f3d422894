package io.amberfs.check;

/** A directory whose record names another place than the entry that leads to it. */
public record MisplacedDirectory(long ino, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "the place in its record is not that of its entry";
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
