package io.amberfs.check;

import io.amberfs.store.Table;

/** A row whose key nothing looks for. */
public record StrayRow(Table table, String row, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public String what() {
        return "nothing looks for a row with this key";
    }

    @Override
    public String where() {
        return table + " " + row;
    }

    @Override
    public boolean mendable() {
        return true;
    }
}
