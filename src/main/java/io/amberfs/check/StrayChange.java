package io.amberfs.check;

/** Change records of a commit that there is not. */
public record StrayChange(long epoch, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "there are change records of a commit that does not exist";
    }

    @Override
    public String where() {
        return "commit " + epoch;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
