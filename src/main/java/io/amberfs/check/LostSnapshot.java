package io.amberfs.check;

/** A snapshot that does not lead to a commit. */
public record LostSnapshot(String name, String reason, Hit hit) implements Finding {
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
        return "snapshot " + name;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
