package io.amberfs.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.model.Entropy;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Head}, {@link Past} and {@link Lifetimes} against one sorted map for each epoch. */
class VersionedTableTest {
    private final MemoryStore store = new MemoryStore();
    private final Keys keys = new Keys(new byte[32]);
    private final Sealer sealer = new Sealer(keys, Entropy.system(), new SessionRows(store));
    private final RowSeal seal = new RowSeal(sealer);

    @AfterEach
    void close() {
        sealer.close();
        keys.close();
    }

    private static NavigableMap<byte[], byte[]> map() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    private static byte[] key(Random random) {
        return KeyBytes.join(RowKey.of(1, RowKey.DIRENT, 1 + random.nextInt(3)), random.nextInt(4) == 0 ? -1L - random.nextInt(2) : random.nextInt(6));
    }

    private static void compare(View view, NavigableMap<byte[], byte[]> expected, Random random, String when) {
        for (int i = 0; i < 6; i++) {
            byte[] key = key(random);
            assertArrayEquals(expected.get(key), view.get(key).orElse(null), when);
        }
        byte[] prefix = random.nextBoolean() ? RowKey.kind(1, RowKey.DIRENT) : RowKey.of(1, RowKey.DIRENT, 1 + random.nextInt(3));
        byte[] start = random.nextBoolean() ? prefix : key(random);
        byte[] first = Arrays.compareUnsigned(start, prefix) < 0 ? prefix : start;
        try (Scan scan = view.scan(prefix, start)) {
            expected.tailMap(first, true).forEach((key, value) -> {
                if (KeyBytes.startsWith(key, prefix)) {
                    assertEquals(true, scan.next(), when);
                    assertArrayEquals(key, scan.key(), when);
                    assertArrayEquals(value, scan.value(), when);
                }
            });
            assertFalse(scan.next(), when);
        }
    }

    /** Freezes; compares while the frozen layer is between head and store; records as {@code epoch}. */
    private void record(Head head, long epoch, NavigableMap<byte[], byte[]> model, Random random, String when) {
        head.freeze(() -> { });
        compare(head, model, random, when + ", frozen");
        change(head, model, random);
        compare(head, model, random, when + ", changed above the frozen layer");
        Batch batch = new Batch();
        head.record(batch, epoch, true);
        store.write(batch);
        compare(head, model, random, when + ", written");
        head.recorded(Long.MAX_VALUE);
        compare(head, model, random, when + ", recorded");
    }

    private static void change(Head head, NavigableMap<byte[], byte[]> model, Random random) {
        try (Head.Change change = head.begin()) {
            for (int i = random.nextInt(5); i >= 0; i--) {
                byte[] key = key(random);
                if (random.nextInt(3) == 0) {
                    change.delete(key);
                    model.remove(key);
                } else {
                    byte[] value = new byte[random.nextInt(20)];
                    random.nextBytes(value);
                    change.put(key, value);
                    model.put(key, value);
                }
            }
        }
    }

    @Test
    void headAndPastAreWhatMapsSay() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int volume = 1;
            Head head = new Head(store, seal, volume);
            try (Scan scan = head.scan(RowKey.kind(1, RowKey.DIRENT), new byte[0]); Head.Change change = head.begin()) {
                while (scan.next()) {
                    change.delete(scan.key());
                }
            }
            NavigableMap<byte[], byte[]> model = map();
            TreeMap<Long, NavigableMap<byte[], byte[]>> commits = new TreeMap<>();
            long epoch = 1 + seed * 1000;
            for (int step = 0; step < 25; step++) {
                String when = "seed " + seed + " step " + step;
                change(head, model, random);
                compare(head, model, random, when);
                if (random.nextInt(3) == 0) {
                    record(head, epoch, model, random, when);
                } else if (random.nextInt(2) == 0) {
                    head.freeze(() -> { });
                    Batch batch = new Batch();
                    head.record(batch, epoch, true);
                    store.write(batch);
                    head.recorded(Long.MAX_VALUE);
                    NavigableMap<byte[], byte[]> copy = map();
                    copy.putAll(model);
                    commits.put(epoch++, copy);
                    head = random.nextInt(4) == 0 ? new Head(store, seal, volume) : head;
                }
                commits.forEach((number, rows) -> compare(new Past(store, seal, volume, number), rows, random, when + " commit " + number));
            }
            lifetimes(commits, seed);
        }
    }

    private void lifetimes(TreeMap<Long, NavigableMap<byte[], byte[]>> commits, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            byte[] key = key(random);
            List<Lifetimes.Version> versions = new Lifetimes(store, seal, 1).of(key);
            long end = 0;
            for (Lifetimes.Version version : versions) {
                assertEquals(true, version.from() >= end && version.until() > version.from(), "lifetimes of seed " + seed + " overlap or are empty: " + versions);
                end = version.until();
            }
            commits.forEach((epoch, rows) -> {
                Optional<byte[]> found = versions.stream().filter(version -> version.from() <= epoch && epoch < version.until()).map(Lifetimes.Version::value).findFirst();
                assertArrayEquals(rows.get(key), found.orElse(null), "seed " + seed + " commit " + epoch);
            });
        }
    }

    @Test
    void aNumberThatWasNotGivenAwayIsNotLookedForInTheStore() {
        Head writer = new Head(store, seal, 1);
        byte[] early = RowKey.of(1, RowKey.INODE, 7);
        byte[] late = RowKey.of(1, RowKey.INODE, 9);
        try (Head.Change change = writer.begin()) {
            change.put(early, new byte[] {1});
            change.put(late, new byte[] {2});
        }
        record(writer, 5);
        Head head = new Head(store, seal, 1);
        head.unused(9);
        assertArrayEquals(new byte[] {1}, head.get(early).orElseThrow());
        assertEquals(Optional.empty(), head.get(late));
        try (Head.Change change = head.begin()) {
            change.put(late, new byte[] {3});
        }
        assertArrayEquals(new byte[] {3}, head.get(late).orElseThrow());
        head.freeze(() -> { });
        assertArrayEquals(new byte[] {3}, head.get(late).orElseThrow());
        Batch batch = new Batch();
        head.record(batch, 6, true);
        store.write(batch);
        head.recorded(10);
        assertArrayEquals(new byte[] {3}, head.get(late).orElseThrow());
        assertArrayEquals(new byte[] {3}, new Head(store, seal, 1).get(late).orElseThrow());
    }

    @Test
    void aScanOpensNoRowThatWasRecordedOrReadLately() {
        Head head = new Head(store, seal, 1);
        byte[] prefix = RowKey.of(1, RowKey.DIRENT, 7);
        byte[] key = KeyBytes.join(prefix, 3L);
        try (Head.Change change = head.begin()) {
            change.put(key, new byte[] {1});
        }
        record(head, 5);
        Batch damage = new Batch();
        damage.put(Table.LIVE, key, new byte[40]);
        store.write(damage);
        try (Scan scan = head.scan(prefix, prefix); Scan cold = new Head(store, seal, 1).scan(prefix, prefix)) {
            assertTrue(scan.next() && cold.next());
            assertArrayEquals(new byte[] {1}, scan.value());
            assertThrows(UnsupportedFormatException.class, cold::value);
        }
    }

    @Test
    void recordsOfInodesAreNotKeptInOrder() {
        assertThrows(IllegalArgumentException.class, () -> new Head(store, seal, 1).scan(RowKey.kind(1, RowKey.INODE), new byte[0]));
    }

    private void record(Head head, long epoch) {
        head.freeze(() -> { });
        Batch batch = new Batch();
        head.record(batch, epoch, true);
        store.write(batch);
        head.recorded(Long.MAX_VALUE);
    }

    @Test
    void aRowThatCameAndWentWithinOneEpochLeavesNoVersion() {
        Head head = new Head(store, seal, 1);
        byte[] key = RowKey.of(1, RowKey.INODE, 7);
        for (Optional<byte[]> value : List.of(Optional.of(new byte[] {1}), Optional.of(new byte[] {2}), Optional.<byte[]>empty())) {
            try (Head.Change change = head.begin()) {
                value.ifPresentOrElse(v -> change.put(key, v), () -> change.delete(key));
            }
            record(head, 5);
        }
        assertEquals(List.of(), new Lifetimes(store, seal, 1).of(key));
        assertFalse(new Past(store, seal, 1, 5).get(key).isPresent());
    }
}
