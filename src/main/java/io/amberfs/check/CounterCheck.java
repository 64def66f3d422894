package io.amberfs.check;

import io.amberfs.codec.In;
import io.amberfs.model.Commit;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is counted, against what there is; the sessions and the journal. Confined to one thread. */
final class CounterCheck {
    private static final int VERSION = 1;
    private static final int SESSION = 18;
    private static final int BLOCKS = 17;

    private final Scope scope;
    private final InodeCheck inodes;

    CounterCheck(Scope scope, InodeCheck inodes) {
        this.scope = scope;
        this.inodes = inodes;
    }

    /** @param newest the newest commit, if nothing was recorded after it */
    void run(Optional<Commit> newest) {
        byte[] key = {'v', (byte) (scope.volume() >>> 8), (byte) scope.volume()};
        read(key, "the counters of volume " + scope.volume()).ifPresent(row -> counters(key, row));
        read(new byte[] {'b'}, "the counters of blocks").filter(row -> row.length != BLOCKS || row[0] != VERSION)
            .ifPresent(row -> damaged("the counters of blocks", "they have an unknown form"));
        if (newest.isPresent() && !inodes.damaged()) {
            compare("the number of files in the newest commit", newest.get().totals().files(), inodes.files());
            compare("the sum of file sizes in the newest commit", newest.get().totals().logicalBytes(), inodes.logicalBytes());
        }
        sessions();
        scope.opener().journal(scope.reading(), scope.volume(), scope.commits().now()).ifPresent(reason -> damaged("the journal of what was synced last", reason));
    }

    private Optional<byte[]> read(byte[] key, String what) {
        try {
            Optional<byte[]> row = scope.reading().get(Table.META, key);
            if (row.isEmpty()) {
                damaged(what, "they are missing");
            }
            return row;
        } catch (CorruptException e) {
            damaged(what, e.getMessage());
            return Optional.empty();
        }
    }

    private void counters(byte[] key, byte[] row) {
        try {
            In in = new In("the counters of volume " + scope.volume(), scope.opener().single('M', key, row)).version(VERSION);
            boolean isCommitted = in.u8() == 1;
            long nextIno = in.varint(1, Long.MAX_VALUE);
            long files = in.varint(0, Long.MAX_VALUE);
            long bytes = in.varint(0, Long.MAX_VALUE);
            in.end();
            rollback(isCommitted);
            if (nextIno <= inodes.numberMax()) {
                tell("the next inode number", nextIno, inodes.numberMax() + 1);
            }
            if (!inodes.damaged()) {
                compare("the number of files", files, inodes.files());
                compare("the sum of file sizes", bytes, inodes.logicalBytes());
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            damaged("the counters of volume " + scope.volume(), e.getMessage());
        }
    }

    /** The note of a rollback that is under way; what it recorded has no commit yet. */
    private void rollback(boolean isCommitted) {
        String what = "the note of a rollback that is under way";
        byte[] key = {'w', (byte) (scope.volume() >>> 8), (byte) scope.volume()};
        try {
            Optional<byte[]> row = scope.reading().get(Table.META, key).map(value -> scope.opener().single('M', key, value));
            if (row.isPresent() && (row.get().length != Long.BYTES || isCommitted)) {
                damaged(what, isCommitted ? "it has ended" : row.get().length + " bytes");
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            damaged(what, e.getMessage());
        }
    }

    /** Whether a session is the right one shows in the rows that were sealed in it. Each is kept in two tables. */
    private void sessions() {
        SortedMap<Integer, byte[]> first = sessions(Table.META, 's');
        SortedMap<Integer, byte[]> second = sessions(Table.COMMITS, 'k');
        SortedMap<Integer, byte[]> all = new TreeMap<>(first);
        all.putAll(second);
        all.forEach((number, row) -> {
            if (!Arrays.equals(first.get(number), second.get(number))) {
                Table table = second.containsKey(number) ? Table.META : Table.COMMITS;
                damaged(table, "session " + number, "the two tables of sessions differ");
            }
        });
    }

    private SortedMap<Integer, byte[]> sessions(Table table, char letter) {
        SortedMap<Integer, byte[]> sessions = new TreeMap<>();
        try (Rows rows = scope.rows(table, new byte[] {(byte) letter})) {
            while (rows.next()) {
                if (rows.key().length != 5) {
                    scope.stray(table, rows.key());
                    continue;
                }
                int number = ByteBuffer.wrap(rows.key()).getInt(1);
                sessions.put(number, rows.value());
                if (rows.value().length != SESSION || rows.value()[0] != VERSION) {
                    damaged(table, "session " + number, "it has an unknown form");
                }
            }
        }
        return sessions;
    }

    private void compare(String counter, long found, long expected) {
        if (found != expected) {
            tell(counter, found, expected);
        }
    }

    private void tell(String counter, long found, long expected) {
        scope.suspects().add(Subject.NOTHING, scope.commits().now(), Long.MAX_VALUE, hit -> new WrongCounter(counter, found, expected, hit));
    }

    private void damaged(String row, String reason) {
        damaged(Table.META, row, reason);
    }

    private void damaged(Table table, String row, String reason) {
        scope.suspects().add(Subject.NOTHING, scope.commits().now(), Long.MAX_VALUE, hit -> new DamagedRow(table, row, reason, hit));
    }
}
