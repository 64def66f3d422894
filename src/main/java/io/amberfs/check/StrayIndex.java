package io.amberfs.check;

/** A row of the dedup index that does not lead to the block of its content. */
public record StrayIndex(String content, String reason, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return reason;
    }

    @Override
    public String where() {
        return "index row " + content;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
