package io.amberfs.check;

/** A block that files name cannot be opened, or has fewer bytes than they need. */
public record DamagedBlock(long block, String reason, Hit hit) implements Finding {
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
        return "block " + block;
    }

    @Override
    public boolean mendable() {
        return false;
    }
}
