package io.amberfs.check;

import io.amberfs.store.Table;

/** A row that does not open or is not what its writer made it: what it says is lost. */
public record DamagedRow(Table table, String row, String reason, Hit hit) implements Finding {
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
