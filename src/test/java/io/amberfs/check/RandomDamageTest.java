package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.history.RowKey;
import io.amberfs.store.Batch;
import io.amberfs.store.MemoryStore;
import io.amberfs.store.Row;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One row of a healthy store is damaged at random: that is found, or all that a user can see of the present and the past is as before. */
class RandomDamageTest {
    private static final int DRIVES = 6;
    private static final int DAMAGES = 40;
    /** Tables of few rows come up as often as those of many. */
    private static final Table[] TABLES = {Table.LIVE, Table.LIVE, Table.LIVE, Table.PAST, Table.PAST, Table.PAST, Table.COMMITS, Table.INDEX, Table.BLOCKS, Table.CHANGES, Table.META};

    private int found;
    private int harmless;
    private int known;

    @Test
    void eachDamagedRowIsFoundOrHarmless() {
        long first = Long.getLong("amberfs.seed", System.nanoTime());
        for (long seed = first; seed < first + DRIVES; seed++) {
            System.out.println("RandomDamageTest seed " + seed);
            try (Bench bench = new Bench()) {
                new RandomLife(bench, seed).steps(150);
                bench.remount();
                assertEquals(List.of(), bench.check(true), "seed " + seed);
                List<String> before = Picture.of(bench.store);
                Random random = new Random(seed);
                for (int i = 0; i < DAMAGES; i++) {
                    damageOnce(bench, random, before, "seed " + seed + ", damage " + i);
                }
            }
        }
        System.out.println("RandomDamageTest: found " + found + ", harmless " + harmless + ", known gaps " + known);
        assertTrue(found > harmless, "too little was found to prove anything");
        assertTrue(known < DRIVES * DAMAGES / 10, "too much falls into the known gaps");
    }

    private void damageOnce(Bench bench, Random random, List<String> before, String which) {
        Table table = TABLES[random.nextInt(TABLES.length)];
        List<Row> rows = bench.rows(table, new byte[0]);
        Row row = rows.get(random.nextInt(rows.size()));
        MemoryStore damaged = bench.store.copy();
        String how = damage(damaged, table, row, rows, random);
        List<Finding> findings;
        try {
            findings = bench.check(damaged, false, Progress.NONE);
        } catch (RuntimeException e) {
            throw new AssertionError(which + ": " + how + " of " + table + " " + Scope.hex(row.key()), e);
        }
        boolean openable = table == Table.BLOCKS;
        if (!findings.isEmpty() || openable && !openAll(bench, damaged).isEmpty()) {
            found++;
        } else if (isKnownGap(bench, table, row)) {
            known++;
        } else {
            harmless++;
            assertEquals(before, picture(damaged), which + ": " + how + " of " + table + " " + Scope.hex(row.key()));
        }
    }

    private static List<String> picture(MemoryStore damaged) {
        try {
            return Picture.of(damaged);
        } catch (RuntimeException e) {
            return List.of(e.toString());
        }
    }

    /** The block store of the bench reads the undamaged store: this one is mounted for itself. */
    private static List<Finding> openAll(Bench bench, MemoryStore damaged) {
        try (Bench other = new Bench(damaged.copy())) {
            return other.check(true);
        }
    }

    private static String damage(MemoryStore store, Table table, Row row, List<Row> rows, Random random) {
        Batch batch = new Batch();
        String how;
        switch (random.nextInt(6)) {
            case 0 -> {
                how = "loss";
                batch.delete(table, row.key());
            }
            case 1 -> {
                how = "a cut";
                batch.put(table, row.key(), Arrays.copyOf(row.value(), random.nextInt(row.value().length + 1)));
            }
            case 2 -> {
                how = "another row in the place";
                batch.put(table, row.key(), rows.get(random.nextInt(rows.size())).value());
            }
            case 3, 4 -> {
                how = "a move";
                byte[] key = flip(row.key(), random);
                if (random.nextBoolean()) {
                    how = "a copy";
                } else {
                    batch.delete(table, row.key());
                }
                batch.put(table, key, row.value());
            }
            default -> {
                how = "a flipped bit";
                batch.put(table, row.key(), flip(row.value(), random));
            }
        }
        store.write(batch);
        return how;
    }

    private static byte[] flip(byte[] bytes, Random random) {
        byte[] flipped = bytes.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** What the package says that it cannot tell: one of several attributes, and the name of a snapshot. */
    private static boolean isKnownGap(Bench bench, Table table, Row row) {
        boolean versioned = table == Table.LIVE || table == Table.PAST;
        if (versioned && row.key()[2] == RowKey.XATTR) {
            byte[] owner = Arrays.copyOf(row.key(), 11);
            return bench.rows(Table.LIVE, owner).size() + bench.rows(Table.PAST, owner).size() > 1;
        }
        return table == Table.COMMITS && row.key()[0] == 's';
    }
}
