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
import java.util.Optional;

/**
 * The sessions under which rows were sealed. META row {@code 's' number u32}: {@code version u8 = 1 | key id u8 | session id (16 bytes)}; not sealed, since keys are made with it:
 * a wrong one only opens nothing. Thread-safe.
 */
public final class SessionRows implements SessionTable {
    private static final int VERSION = 1;
    private static final byte[] PREFIX = {'s'};

    private final Store store;

    public SessionRows(Store store) {
        this.store = store;
    }

    @Override
    public synchronized Session begin(byte keyId, byte[] id) {
        int number = newest() + 1;
        byte[] row = ByteBuffer.allocate(2 + Session.ID_LENGTH).put((byte) VERSION).put(keyId).put(id).array();
        store.write(new Batch().put(Table.META, key(number), row));
        return new Session(number, keyId, id);
    }

    @Override
    public Optional<Session> find(int number) {
        return store.get(Table.META, key(number)).map(row -> decode(number, row));
    }

    private int newest() {
        try (Reading reading = store.reading(); Cursor sessions = reading.cursor(Table.META, PREFIX)) {
            return sessions.last() ? ByteBuffer.wrap(sessions.key()).getInt(1) : 0;
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

    private static byte[] key(int number) {
        return KeyBytes.join(PREFIX, ByteBuffer.allocate(4).putInt(number).array());
    }
}
