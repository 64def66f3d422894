package io.amberfs.check;

/** A directory entry whose inode is not there, or is of another type. */
public record DanglingEntry(String entry, long ino, String reason, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return reason;
    }

    @Override
    public String where() {
        return entry + " (inode " + ino + ")";
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
