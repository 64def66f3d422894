package io.amberfs.check;

/** Commits without a record: these instants cannot be entered. */
public record MissingCommit(long first, long last, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return first == last ? "the record of this commit is missing" : "the records of " + (last - first + 1) + " commits are missing";
    }

    @Override
    public String where() {
        return first == last ? "commit " + first : "commits " + first + " to " + last;
    }

    @Override
    public boolean mendable() {
        return false;
    }
}
