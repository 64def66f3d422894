package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.TestDrive;
import io.amberfs.history.Thinning;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Retention;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is left of a random life when commits go, whole or broken off at any step. */
class ThinningTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    /** Keeps nothing but the newest. */
    static final Retention NOTHING = new Retention(0, 0, 0, 0, 0);

    /** All rows but those of sessions, as keys with their values. */
    private static Map<String, String> rows(MemoryStore store) {
        Map<String, String> rows = new TreeMap<>();
        try (var reading = store.reading()) {
            for (Table table : new Table[] {Table.LIVE, Table.PAST, Table.CHANGES, Table.COMMITS}) {
                try (var cursor = reading.cursor(table, new byte[0])) {
                    while (cursor.next()) {
                        if (table == Table.COMMITS && cursor.key()[0] == 'k') {
                            continue;
                        }
                        boolean isSealedAnew = table == Table.COMMITS && cursor.key()[0] == 'h';
                        rows.put(table + " " + Scope.hex(cursor.key()), isSealedAnew ? "headers" : Arrays.toString(cursor.value()));
                    }
                }
            }
        }
        return rows;
    }

    private static String difference(Map<String, String> expected, Map<String, String> found) {
        List<String> lines = new ArrayList<>();
        expected.forEach((key, value) -> lines.addAll(value.equals(found.get(key)) ? List.of() : List.of(key + " is " + found.get(key) + ", not " + value)));
        found.forEach((key, value) -> lines.addAll(expected.containsKey(key) ? List.of() : List.of(key + " should not be there")));
        return String.join("\n", lines);
    }

    private static Set<Long> epochs(TestDrive t) {
        return new HashSet<>(t.drive.volume().timeline().points().stream().map(point -> point.epoch()).toList());
    }

    /** What can be seen in the present and at the kept instants. */
    private static List<String> seen(MemoryStore store, Set<Long> kept) {
        List<String> lines = new ArrayList<>();
        for (String line : Picture.of(store)) {
            String epoch = line.startsWith("commit ") ? line.replaceFirst("^commit Optional\\[Commit\\[epoch=(\\d+),.*", "$1") : line.replaceFirst("^(\\d+):.*", "$1");
            if (!epoch.matches("\\d+") ? !line.startsWith("commit ") : kept.contains(Long.valueOf(epoch))) {
                lines.add(line.replaceFirst(" found .*", ""));
            }
        }
        return lines;
    }

    static Thinning thinning(MemoryStore store, TestDrive t) {
        return new Thinning(store, t.drive.volume(), new Thinning.Writer() {
            @Override
            public void write(Batch batch) {
                store.write(batch);
            }

            @Override
            public boolean letGo(Collection<Long> epochs, Batch batch) {
                store.write(batch);
                return true;
            }
        });
    }

    /** Each version of the past is there for a kept commit, each change belongs to a kept commit, and what differs between two kept commits is noted. */
    private static void requireThin(MemoryStore store, Set<Long> kept, String what) {
        List<Long> sorted = kept.stream().sorted().toList();
        long now = sorted.get(sorted.size() - 1) + 1;
        try (Bench bench = new Bench(store.copy())) {
            Set<String> changes = new HashSet<>();
            for (Row row : bench.rows(Table.CHANGES, new byte[] {0, 1})) {
                long epoch = KeyBytes.longAt(row.key(), 2);
                assertTrue(kept.contains(epoch) || epoch == now, what + ": a change of " + epoch);
                changes.add(HexFormat.of().formatHex(row.key()));
            }
            Set<String> explained = new HashSet<>();
            for (Row row : bench.rows(Table.PAST, new byte[] {0, 1})) {
                byte[] key = Bench.keyOfPast(row);
                long until = KeyBytes.longAt(row.key(), key.length);
                long from = Bench.from(row);
                assertTrue(sorted.stream().anyMatch(epoch -> from <= epoch && epoch < until), what + ": a version of [" + from + ", " + until + ") in " + sorted);
                explained.add(noted(changes, sorted, key, until, now, what));
                explained.add(noted(changes, sorted, key, from, now, what));
            }
            for (Row row : bench.rows(Table.LIVE, new byte[] {0, 1})) {
                explained.add(noted(changes, sorted, row.key(), Bench.from(row), now, what));
            }
            changes.removeAll(explained);
            assertTrue(changes.stream().allMatch(change -> isOwn(bench, change)), what + ": changes that nothing shows");
        }
    }

    /** That a kept commit did so itself is part of its hash tree, also where nothing shows it any more. */
    private static boolean isOwn(Bench bench, String change) {
        return bench.store.get(Table.CHANGES, HexFormat.of().parseHex(change)).orElseThrow()[0] == 0;
    }

    private static String noted(Set<String> changes, List<Long> kept, byte[] key, long epoch, long now, String what) {
        long by = kept.stream().filter(k -> k >= epoch).findFirst().orElse(now);
        String change = HexFormat.of().formatHex(KeyBytes.join(KeyBytes.join(Arrays.copyOf(key, 2), by), Arrays.copyOfRange(key, 2, key.length)));
        assertTrue(changes.contains(change), what + ": commit " + by + " does not note a change of " + epoch);
        return change;
    }

    @Test
    void whatIsKeptIsAsItWasAndNothingElseIsLeft() {
        for (long seed = SEED; seed < SEED + 6; seed++) {
            System.out.println("ThinningTest seed " + seed);
            Random random = new Random(seed);
            try (Bench bench = new Bench()) {
                RandomLife life = new RandomLife(bench, seed);
                for (int round = 0; round < 4; round++) {
                    life.steps(60);
                    thinAndCompare(bench, random, "seed " + seed + ", round " + round);
                }
                bench.remount();
                assertEquals(List.of(), bench.check(true), "seed " + seed);
            }
        }
    }

    /** Lets go about two thirds of all commits. */
    static void thinSome(Bench bench, Random random) {
        Thinning thinning = thinning(bench.store, bench.t);
        Set<Long> pinned = new HashSet<>(epochs(bench.t));
        pinned.removeIf(epoch -> random.nextInt(3) != 0);
        thinning.plan(NOTHING, Long.MAX_VALUE / 2, pinned).forEach(thinning::thin);
    }

    private static void thinAndCompare(Bench bench, Random random, String what) {
        Thinning thinning = thinning(bench.store, bench.t);
        Set<Long> pinned = new HashSet<>(epochs(bench.t));
        pinned.removeIf(epoch -> random.nextInt(3) != 0);
        Set<Long> before = epochs(bench.t);
        List<Thinning.Run> plan = thinning.plan(NOTHING, Long.MAX_VALUE / 2, pinned);
        Set<Long> kept = new HashSet<>(before);
        plan.forEach(run -> run.thinned().forEach(point -> kept.remove(point.epoch())));
        List<String> seen = seen(bench.store, kept);
        plan.forEach(thinning::thin);
        assertEquals(kept, epochs(bench.t), what);
        assertEquals(String.join("\n", seen), String.join("\n", seen(bench.store, kept)), what);
        requireThin(bench.store, kept, what);
        assertEquals(List.of(), thinning.plan(NOTHING, Long.MAX_VALUE / 2, pinned), what);
        assertEquals(List.of(), bench.check(), what);
    }

    @Test
    void whatACrashLeavesUnfinishedIsGoneOnWith() {
        System.out.println("ThinningTest seed " + SEED);
        Random random = new Random(SEED);
        try (Bench bench = new Bench()) {
            RandomLife life = new RandomLife(bench, SEED);
            life.steps(80);
            while (epochs(bench.t).size() < 8) {
                life.steps(10);
            }
            Set<Long> pinned = new HashSet<>(epochs(bench.t));
            pinned.removeIf(epoch -> random.nextInt(3) != 0);
            // Two neighbours that go, wherever the dice fell.
            epochs(bench.t).stream().sorted().skip(3).limit(2).forEach(pinned::remove);
            List<MemoryStore> crashes = new ArrayList<>();
            bench.store.watch(step -> crashes.addAll(step.outcomes()));
            Thinning thinning = thinning(bench.store, bench.t);
            thinning.plan(NOTHING, Long.MAX_VALUE / 2, pinned).forEach(thinning::thin);
            bench.store.watch(step -> { });
            Map<String, String> expected = rows(bench.store);
            List<String> seen = seen(bench.store, epochs(bench.t));
            assertTrue(crashes.size() > 1, crashes.size() + " steps");
            for (MemoryStore crashed : crashes) {
                assertEquals(seen, seen(crashed, epochs(bench.t)), "seed " + SEED);
                try (TestDrive t = new TestDrive(crashed, bench.t.now)) {
                    Thinning again = thinning(crashed, t);
                    again.resume();
                    again.plan(NOTHING, Long.MAX_VALUE / 2, pinned).forEach(again::thin);
                    assertEquals("", difference(expected, rows(crashed)), "seed " + SEED);
                }
            }
        }
    }

    private static byte[] key(char kind, long epoch) {
        return KeyBytes.join(new byte[] {(byte) kind, 0, 1}, epoch);
    }

    private static Row time(Bench bench, long epoch) {
        return bench.rows(Table.COMMITS, new byte[] {'t'}).stream().filter(row -> KeyBytes.longAt(row.key(), 11) == epoch).findFirst().orElseThrow();
    }

    /** Damage to what says which commits there are, from which thinning could go wrong; the newest commit is 7. */
    private static Map<String, Consumer<Bench>> damages() {
        Map<String, Consumer<Bench>> damages = new TreeMap<>();
        damages.put("a commit is missing in the index of times", bench -> bench.delete(Table.COMMITS, time(bench, 4).key()));
        damages.put("another steady time of a commit that would go", bench -> bench.flip(Table.COMMITS, time(bench, 3), 2));
        damages.put("another steady time of the commit for which they would go", bench -> bench.flip(Table.COMMITS, time(bench, 7), 2));
        damages.put("a steady time is cut off", bench -> bench.put(Table.COMMITS, time(bench, 3).key(), new byte[3]));
        damages.put("a commit's record is damaged", bench -> bench.flip(Table.COMMITS, new Row(key('c', 5), bench.store.get(Table.COMMITS, key('c', 5)).orElseThrow()), -1));
        damages.put("a commit's record is of another version", bench -> bench.plantSingle(Table.COMMITS, 'C', key('c', 5), new byte[] {9}));
        damages.put("a note of an unfinished run with commits within", bench -> bench.plantSingle(Table.COMMITS, 'C', key('u', 7), KeyBytes.ofLong(0)));
        damages.put("a note of an unfinished run that does not open", bench -> bench.put(Table.COMMITS, key('u', 7), KeyBytes.ofLong(0)));
        damages.put("a note of an unfinished run that is cut off", bench -> bench.plantSingle(Table.COMMITS, 'C', key('u', 7), new byte[2]));
        damages.put("a key that is too short", bench -> bench.put(Table.CHANGES, KeyBytes.join(new byte[] {0, 1}, 5), new byte[0]));
        return damages;
    }

    @Test
    void nothingGoesWhereItIsDamagedWhichCommitsThereAre() {
        damages().forEach((what, damage) -> {
            try (Bench bench = new Bench()) {
                for (int i = 0; i < 6; i++) {
                    bench.t.write("/f", "text " + i);
                    bench.t.write("/g" + i, "more");
                    bench.t.commit(60);
                }
                assertEquals(7, bench.t.drive.volume().timeline().newestEpoch());
                boolean unfinished = what.contains("unfinished");
                if (!unfinished) {
                    bench.t.drive.retainer().retain(NOTHING);
                }
                damage.accept(bench);
                Map<String, String> before = rows(bench.store);
                assertTrue(assertThrows(CorruptException.class, () -> bench.t.drive.retainer().thin(), what).getMessage().contains("commits are gone, and others stay"), what);
                if (!what.contains("too short")) {
                    assertEquals("", difference(before, rows(bench.store)), what);
                }
                assertTrue(bench.t.drive.readOnly().isEmpty(), what);
            }
        });
    }
}
