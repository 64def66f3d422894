package io.amberfs.history;

import io.amberfs.crypto.Session;
import io.amberfs.crypto.SessionTable;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sessions under which rows were sealed: {@code number u32} behind {@code 's'} in META and behind {@code 'k'} in COMMITS, both with {@code version u8 = 1 | key id u8 |
 * session id (16 bytes)}.
 *
 * <ul>
 * <li>They are in two tables, and so in two files, since nothing that was sealed in a session opens without it. Either is enough; what one lost is put back with the next session.
 * <li>They are not sealed, since keys are made with them: a wrong one only opens nothing.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class SessionRows implements SessionTable {
    private static final int VERSION = 1;
    /** By table, the first letter of the key. */
    private static final SortedMap<Table, Character> PLACES = new TreeMap<>(Map.of(Table.META, 's', Table.COMMITS, 'k'));

    /** Where neither table can be read to its end, more sessions than there may be behind it: no number is given twice. */
    private static final int BEYOND_THE_HIDDEN = 1 << 20;

    private final Store store;

    /** What can be read of one place. */
    private record Known(SortedMap<Integer, byte[]> rows, boolean whole) {
    }

    public SessionRows(Store store) {
        this.store = store;
    }

    @Override
    public synchronized Session begin(byte keyId, byte[] id) {
        Map<Table, Known> known = new EnumMap<>(Table.class);
        try (Reading reading = store.reading()) {
            PLACES.keySet().forEach(table -> known.put(table, read(reading, table)));
        }
        SortedMap<Integer, byte[]> all = new TreeMap<>();
        known.values().forEach(each -> all.putAll(each.rows));
        boolean whole = known.values().stream().anyMatch(Known::whole);
        int number = (all.isEmpty() ? 0 : all.lastKey()) + (whole ? 1 : BEYOND_THE_HIDDEN);
        all.put(number, ByteBuffer.allocate(2 + Session.ID_LENGTH).put((byte) VERSION).put(keyId).put(id).array());
        Batch batch = new Batch();
        known.forEach((table, there) -> all.forEach((n, row) -> {
            if (!there.rows.containsKey(n)) {
                batch.put(table, key(table, n), row);
            }
        }));
        store.write(batch);
        return new Session(number, keyId, id);
    }

    @Override
    public Optional<Session> find(int number) {
        Optional<RuntimeException> damage = Optional.empty();
        for (Table table : PLACES.keySet()) {
            try {
                Optional<Session> found = store.get(table, key(table, number)).map(row -> decode(number, row));
                if (found.isPresent()) {
                    return found;
                }
            } catch (CorruptException | UnsupportedFormatException e) {
                damage = Optional.of(e);
            }
        }
        if (damage.isPresent()) {
            throw damage.get();
        }
        return Optional.empty();
    }

    private static Known read(Reading reading, Table table) {
        SortedMap<Integer, byte[]> sessions = new TreeMap<>();
        try (Cursor rows = reading.cursor(table, prefix(table))) {
            while (rows.next()) {
                byte[] key = rows.key();
                if (key.length == 1 + Integer.BYTES) {
                    sessions.put(ByteBuffer.wrap(key).getInt(1), rows.value());
                }
            }
            return new Known(sessions, true);
        } catch (CorruptException e) {
            return new Known(sessions, false); // check reports the table
        }
    }

    private static Session decode(int number, byte[] row) {
        if (row.length == 0 || row[0] != VERSION) {
            throw new UnsupportedFormatException("session " + number, row.length == 0 ? 0 : row[0], VERSION);
        } else if (row.length != 2 + Session.ID_LENGTH) {
            throw new CorruptException("session " + number + " has " + row.length + " bytes");
        }
        return new Session(number, row[1], Arrays.copyOfRange(row, 2, row.length));
    }

    private static byte[] key(Table table, int number) {
        return KeyBytes.join(prefix(table), ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    private static byte[] prefix(Table table) {
        return new byte[] {(byte) PLACES.get(table).charValue()};
    }
}
