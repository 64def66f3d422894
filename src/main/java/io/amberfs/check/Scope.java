package io.amberfs.check;

import io.amberfs.fs.Records;
import io.amberfs.history.RowKey;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.HexFormat;

/** What every part of one run works with: one frozen state of the store, and where findings go. Confined to one thread. */
record Scope(Reading reading, Opener opener, Records records, Commits commits, Suspects suspects, Pulse pulse) {
    int volume() {
        return records.volume();
    }

    /** All versions under a prefix; what cannot be read becomes a finding. */
    Versions versions(byte[] prefix) {
        return new Versions(reading, opener, prefix, this::hole, this::stray);
    }

    Versions versions(int kind) {
        return versions(RowKey.kind(volume(), kind));
    }

    /** The same for rows that were walked before. */
    Versions again(byte[] prefix) {
        return new Versions(reading, opener, prefix, (table, after, before) -> { }, (table, key) -> { });
    }

    Rows rows(Table table, byte[] prefix) {
        return new Rows(reading, table, prefix, this::hole);
    }

    void stray(Table table, byte[] key) {
        suspects.add(Subject.NOTHING, commits.oldest(), Long.MAX_VALUE, hit -> new StrayRow(table, hex(key), hit));
    }

    static String hex(byte[] key) {
        return HexFormat.of().formatHex(key, 0, Math.min(key.length, 40));
    }

    private void hole(Table table, byte[] after, byte[] before) {
        String end = before.length == 0 ? "the end" : hex(before);
        suspects.add(Subject.NOTHING, commits.oldest(), Long.MAX_VALUE, hit -> new UnreadableStretch(table, hex(after), end, hit));
    }
}
