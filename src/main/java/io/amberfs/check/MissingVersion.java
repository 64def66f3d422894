package io.amberfs.check;

/** An inode has no record for some instants, though it was there before and after. */
public record MissingVersion(long ino, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "its record of these instants is missing";
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
