package io.amberfs.check;

import io.amberfs.store.Table;

/** The database below cannot read a stretch of a table; rows in it are lost. */
public record UnreadableStretch(Table table, String after, String before, Hit hit) implements Finding {
    @Override
    public Severity severity() {
        return Severity.DAMAGE;
    }

    @Override
    public String what() {
        return "the database cannot read the rows between " + after + " and " + before;
    }

    @Override
    public String where() {
        return "table " + table;
    }

    @Override
    public boolean mendable() {
        return false;
    }
}
