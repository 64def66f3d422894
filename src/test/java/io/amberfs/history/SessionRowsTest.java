package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.crypto.Session;
import io.amberfs.model.CorruptException;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionRowsTest {
    private static final byte[] FIRST_KEY = {'s', 0, 0, 0, 1};
    private static final byte[] SECOND_KEY = {'k', 0, 0, 0, 1};

    private final MemoryStore store = new MemoryStore();
    private final SessionRows sessions = new SessionRows(store);

    private static byte[] id(int fill) {
        byte[] id = new byte[Session.ID_LENGTH];
        java.util.Arrays.fill(id, (byte) fill);
        return id;
    }

    @Test
    void numbersAreGivenOneByOneAlsoByAnotherTable() {
        assertEquals(1, sessions.begin((byte) 1, id(1)).number());
        assertEquals(2, new SessionRows(store).begin((byte) 1, id(2)).number());
        assertArrayEquals(id(1), sessions.find(1).orElseThrow().id());
        assertArrayEquals(id(2), sessions.find(2).orElseThrow().id());
        assertEquals(Optional.empty(), sessions.find(3));
    }

    @Test
    void whatOneTableLostIsReadInTheOtherAndPutBackWithTheNextSession() {
        sessions.begin((byte) 1, id(1));
        for (Table table : new Table[] {Table.META, Table.COMMITS}) {
            byte[] key = table == Table.META ? FIRST_KEY : SECOND_KEY;
            byte[] row = store.get(table, key).orElseThrow();
            store.write(new Batch().delete(table, key));
            assertArrayEquals(id(1), sessions.find(1).orElseThrow().id());
            sessions.begin((byte) 1, id(7));
            assertArrayEquals(row, store.get(table, key).orElseThrow());
        }
    }

    @Test
    void whereNeitherTableCanBeReadToItsEndTheNextNumberLeavesRoomForTheHidden() {
        sessions.begin((byte) 1, id(1));
        sessions.begin((byte) 1, id(2));
        Store damaged = unreadable(Store.class, store, new AtomicInteger());
        assertEquals(1 + (1 << 20), new SessionRows(damaged).begin((byte) 1, id(3)).number());
        assertArrayEquals(id(2), sessions.find(2).orElseThrow().id());
        assertArrayEquals(id(3), sessions.find(1 + (1 << 20)).orElseThrow().id());
    }

    /** As {@code real}, but each cursor of its readings fails at the second row. */
    private static <T> T unreadable(Class<T> type, T real, AtomicInteger rows) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().equals("next") && rows.incrementAndGet() == 2) {
                throw new CorruptException("a block of the table");
            }
            Object result = method.invoke(real, arguments);
            if (result instanceof Reading reading) {
                return unreadable(Reading.class, reading, rows);
            }
            return result instanceof Cursor cursor ? unreadable(Cursor.class, cursor, new AtomicInteger()) : result;
        }));
    }
}
