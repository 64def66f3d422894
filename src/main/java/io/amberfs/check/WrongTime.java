package io.amberfs.check;

/** A commit that cannot be found by its time. */
public record WrongTime(long epoch, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "the index of times does not lead to it";
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
