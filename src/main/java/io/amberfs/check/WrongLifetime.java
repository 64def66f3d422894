package io.amberfs.check;

import io.amberfs.store.Table;

/** A row that claims to have been there when it cannot have been. */
public record WrongLifetime(Table table, String row, String reason, Hit hit) implements Finding {
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
        return table + " " + row;
    }

    @Override
    public boolean mendable() {
        return false;
    }
}
