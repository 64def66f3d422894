package io.amberfs.check;

/** An inode whose record, or a link row of it, names another place than the entries that lead to it. */
public record Misplaced(long ino, Hit hit) implements Finding {
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
