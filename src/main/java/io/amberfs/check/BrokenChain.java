package io.amberfs.check;

/** A commit that is not what its header, its predecessor or its signature says: history was damaged, or changed afterwards. */
public record BrokenChain(long epoch, String reason, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "the chain of commits is broken: " + reason;
    }

    @Override
    public String where() {
        return "commit " + epoch;
    }

    @Override
    public boolean mendable() {
        return false;
    }
}
