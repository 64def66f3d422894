package io.amberfs.check;

/** A block that files name is not in the store, or another one is in its place. */
public record MissingBlock(long block, String reason, Hit hit) implements Finding {
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
