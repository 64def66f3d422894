package io.amberfs.check;

/** A directory whose link count does not fit the number of directories in it. */
public record WrongSubdirectories(long ino, long found, long expected, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "it holds " + found + " directories, its link count says " + expected;
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
