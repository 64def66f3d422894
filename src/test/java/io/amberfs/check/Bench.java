package io.amberfs.check;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.RowKey;
import io.amberfs.history.RowSeal;
import io.amberfs.history.SessionRows;
import io.amberfs.model.Entropy;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Reading;
import io.amberfs.store.Row;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A drive in memory, the checker on it, and tools to damage its rows. Confined to one thread. */
final class Bench implements AutoCloseable {
    private static final byte[] MASTER = "a master key of exactly 32 bytes".getBytes(StandardCharsets.US_ASCII);

    final MemoryStore store;
    TestDrive t;
    Verdict verdict;

    Bench() {
        this(new MemoryStore());
    }

    Bench(MemoryStore store) {
        this.store = store;
        t = new TestDrive(store);
    }

    void remount() {
        t.close();
        t = new TestDrive(store, t.now);
    }

    List<Finding> check() {
        return check(false);
    }

    List<Finding> check(boolean readData) {
        return check(store, readData, Progress.NONE);
    }

    /** Opens what is there with a sealer that has opened nothing yet. */
    List<Finding> check(Store on, boolean readData, Progress progress) {
        return check(on, new Checker.Depth(readData, readData), progress);
    }

    List<Finding> check(Checker.Depth depth) {
        return check(store, depth, Progress.NONE);
    }

    private List<Finding> check(Store on, Checker.Depth depth, Progress progress) {
        List<Finding> found = new ArrayList<>();
        try (Keys keys = new Keys(MASTER.clone()); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(on))) {
            verdict = new Checker(on, sealer, new RowSeal(sealer), t.drive.volume(), t.drive.records(), t.drive.blocks()).run(depth, found::add, progress);
        }
        return found;
    }

    List<Row> rows(Table table, byte[] prefix) {
        List<Row> rows = new ArrayList<>();
        try (Reading reading = store.reading(); Cursor cursor = reading.cursor(table, prefix)) {
            while (cursor.next()) {
                rows.add(new Row(cursor.key(), cursor.value()));
            }
        }
        return rows;
    }

    List<Row> rows(Table table, int kind) {
        return rows(table, RowKey.kind(1, kind));
    }

    void put(Table table, byte[] key, byte[] value) {
        store.write(new Batch().put(table, key, value));
    }

    void delete(Table table, byte[] key) {
        store.write(new Batch().delete(table, key));
    }

    void flip(Table table, Row row, int at) {
        byte[] value = row.value().clone();
        value[at < 0 ? value.length + at : at] ^= 1;
        put(table, row.key(), value);
    }

    /** Puts a row that opens, with a content that its writer would not have given it. */
    void plant(Table table, byte[] key, byte[] storedKey, long from, byte[] plain) {
        try (Keys keys = new Keys(MASTER.clone()); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store))) {
            byte[] associated = KeyBytes.join(KeyBytes.join(new byte[] {'V'}, key), from);
            put(table, storedKey, KeyBytes.join(KeyBytes.ofLong(from), sealer.sealRow(associated, plain, 0, plain.length)));
        }
    }

    void plant(byte[] key, long from, byte[] plain) {
        plant(Table.LIVE, key, key, from, plain);
    }

    void plantSingle(Table table, char letter, byte[] key, byte[] plain) {
        try (Keys keys = new Keys(MASTER.clone()); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store))) {
            put(table, key, new RowSeal(sealer).sealSingle(letter, key, plain));
        }
    }

    byte[] open(Row row) {
        byte[] key = row.key();
        try (Keys keys = new Keys(MASTER.clone()); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store))) {
            return new Opener(sealer, new RowSeal(sealer)).versioned(key, row.value());
        }
    }

    byte[] openSingle(char letter, Row row) {
        try (Keys keys = new Keys(MASTER.clone()); Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store))) {
            return new RowSeal(sealer).openSingle(letter, row.key(), row.value());
        }
    }

    Row live(byte[] key) {
        return new Row(key, store.get(Table.LIVE, key).orElseThrow());
    }

    Row inodeRow(long ino) {
        return live(inodeKey(ino));
    }

    static byte[] inodeKey(long ino) {
        return RowKey.of(1, RowKey.INODE, ino);
    }

    byte[] direntKey(long dir, String name) {
        return t.drive.records().direntKey(dir, name.getBytes(StandardCharsets.UTF_8));
    }

    long ino(String path) {
        return t.drive.attr(t.at(path)).ino();
    }

    static long from(Row row) {
        return KeyBytes.longAt(row.value(), 0);
    }

    static byte[] keyOfPast(Row row) {
        return Arrays.copyOf(row.key(), row.key().length - 8);
    }

    @Override
    public void close() {
        t.close();
    }
}
