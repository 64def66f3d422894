package io.amberfs.check;

/** A counter that does not agree with what it counts. */
public record WrongCounter(String counter, long found, long expected, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return counter + " is recorded as " + found + ", counted " + expected;
    }

    @Override
    public String where() {
        return "counters";
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
