package io.amberfs.check;

/** A file with another number of names than its record says. */
public record WrongLinks(long ino, long found, long expected, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return found + " entries name it, its record says " + expected;
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
