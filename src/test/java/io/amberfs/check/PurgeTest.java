package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.DirHandle;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.FileLog;
import io.amberfs.fs.History;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.Point;
import io.amberfs.model.Attr;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.PurgeNote;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import io.amberfs.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is purged was never there, in no commit but the newest; all else stays what it was, and the chain of commits whole. */
class PurgeTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int LIVES = Integer.getInteger("amberfs.purges", 40);
    private static final Checker.Depth ALL = new Checker.Depth(true, true);

    /** What stands under a path. */
    private record Seen(long ino, String what) {
    }

    private Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private History.Purged purge(String path) {
        return bench.t.drive.history().purge(TestDrive.names(path), "somebody", false, bench.t.drive.snapshots(), Invalidation.NONE, () -> false);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void aSecretIsGoneByAllItsNamesAndVersions() {
        Random random = new Random(1);
        bench.t.mkdir("work");
        bench.t.write("work/kept", bytes(random, 300_000));
        bench.t.commit(1);
        long blocks = bench.t.drive.blocks().count();
        int rows = rows();
        bench.t.write("work/key", bytes(random, 2_000_000));
        long first = bench.t.commit(1);
        bench.t.write("work/key.tmp", bytes(random, 500_000));
        long between = bench.t.commit(1);
        bench.t.drive.rename(bench.t.at("work"), Name.of("key.tmp"), bench.t.at("work"), Name.of("key"), RenameMode.REPLACE);
        bench.t.commit(1);
        bench.t.drive.link(bench.t.at("work/key"), bench.t.at(""), Name.of("copy"));
        long last = bench.t.commit(1);
        bench.t.drive.unlink(bench.t.at("work"), Name.of("key"));
        bench.t.drive.unlink(bench.t.at(""), Name.of("copy"));
        bench.t.commit(1);

        History.Purged purged = purge("work/key");

        assertEquals(2, purged.files());
        assertEquals(Optional.of(first), purged.first());
        assertTrue(purged.freed().bytes() > 2_000_000, "freed " + purged.freed());
        assertEquals(List.of("kept"), bench.t.list(bench.t.at(between, "work")));
        assertEquals(List.of("work"), bench.t.list(bench.t.at(last, "")));
        assertEquals(List.of("kept"), bench.t.list(bench.t.at(last, "work")));
        assertEquals(List.of(), bench.t.drive.history().log(TestDrive.names("work/key")));
        assertEquals(blocks, bench.t.drive.blocks().count());
        assertEquals(List.of(), bench.check(ALL));
        PurgeNote note = bench.t.drive.volume().purges().all().get(0);
        assertEquals(bench.t.drive.volume().purges().hash("work/key".getBytes()), note.path());
        assertEquals("somebody", note.user());
        assertTrue(rows() > rows, "directories have versions of their own");
        assertThrows(Refusal.class, () -> purge("work/key"));
    }

    private int rows() {
        return bench.rows(io.amberfs.store.Table.PAST, new byte[0]).size() + bench.rows(io.amberfs.store.Table.LIVE, new byte[0]).size();
    }

    @Test
    void thePresentStays() {
        bench.t.write("config", "password=1234");
        long old = bench.t.commit(1);
        bench.t.write("other", "x");
        bench.t.commit(1);
        bench.t.write("config", "password=from the environment");
        long newest = bench.t.commit(1);
        long later = bench.t.commit(1);
        assertEquals(newest, later);

        assertEquals(1, purge("config").files());

        assertEquals("password=from the environment", bench.t.text("config"));
        assertEquals(List.of("config", "other"), bench.t.list(bench.t.at(newest, "")));
        assertEquals(List.of(), bench.t.list(bench.t.at(old, "")));
        assertEquals(List.of(), bench.check(ALL));
        bench.t.write("config", "more");
        bench.t.commit(1);
        bench.remount();
        assertEquals(List.of(), bench.check(ALL));
        assertEquals("more", bench.t.text("config"));
    }

    @Test
    void whatLivesOnElsewhereIsNamed() {
        bench.t.mkdir("a");
        bench.t.write("a/f", "text");
        bench.t.commit(1);
        bench.t.drive.rename(bench.t.at("a"), Name.of("f"), bench.t.at(""), Name.of("g"), RenameMode.REPLACE);
        long moved = bench.t.commit(1);
        bench.t.write("x", "y");
        bench.t.commit(1);

        History.Purged purged = purge("a/f");

        assertEquals(List.of("g"), purged.elsewhere().stream().map(String::new).toList());
        assertEquals(List.of("a", "g"), bench.t.list(bench.t.at(moved, "")));
        assertEquals("text", bench.t.text("g"));
        assertEquals(List.of(), bench.check(ALL));
    }

    @Test
    void whatWasMovedOutOfADirectoryKeepsItsHistoryFromThenOnAndIsNamed() {
        bench.t.mkdir("a");
        bench.t.mkdir("a/sub");
        bench.t.write("a/sub/f", "text");
        bench.t.write("a/g", "more");
        long before = bench.t.commit(1);
        bench.t.drive.rename(bench.t.at("a"), Name.of("sub"), bench.t.at(""), Name.of("out"), RenameMode.REPLACE);
        long moved = bench.t.commit(1);
        bench.t.write("x", "y");
        bench.t.commit(1);

        History.Purged purged = purge("a");

        assertEquals(4, purged.files());
        assertEquals(List.of("out", "out/f"), purged.elsewhere().stream().map(String::new).sorted().toList());
        assertEquals(List.of(), bench.t.list(bench.t.at(before, "")));
        assertEquals(List.of("out"), bench.t.list(bench.t.at(moved, "")));
        assertEquals("text", new String(bench.t.read(bench.t.at(moved, "out/f"))));
        assertEquals(List.of("g"), bench.t.list(bench.t.at("a")));
        assertEquals(List.of(), bench.check(ALL));
    }

    @Test
    void aHoldForbidsIt() {
        bench.t.write("f", "1");
        bench.t.now.addAndGet(1_000_000_000L);
        long held = bench.t.drive.snapshot("taxes").epoch();
        bench.t.drive.snapshots().hold("taxes", OptionalLong.empty(), false, "");
        bench.t.write("f", "2");
        bench.t.write("later", "1");
        bench.t.commit(1);
        bench.t.write("later", "2");
        bench.t.commit(1);

        Refusal refusal = assertThrows(Refusal.class, () -> purge("f"));

        assertEquals(ExitCode.HELD, refusal.code());
        assertEquals("1", new String(bench.t.read(bench.t.at(held, "f"))));
        assertEquals(1, purge("later").files());
        assertEquals(List.of(), bench.t.drive.volume().purges().all().stream().filter(note -> note.path().equals(bench.t.drive.volume().purges().hash("f".getBytes()))).toList());
    }

    @Test
    void whatSomebodyReadsStays() {
        bench.t.write("f", "1");
        long old = bench.t.commit(1);
        bench.t.write("f", "2");
        bench.t.commit(1);
        try (FileHandle reader = bench.t.drive.open(bench.t.at(old, "f"), false, false, false)) {
            assertEquals(ExitCode.ERROR, assertThrows(Refusal.class, () -> purge("f")).code());
            assertEquals(1, reader.attr().size());
        }
        assertEquals(1, purge("f").files());
        assertThrows(FsException.class, () -> bench.t.at(old, "f"));
    }

    @Test
    void aDryRunChangesNothing() {
        bench.t.write("f", "1");
        bench.t.commit(1);
        bench.t.write("f", "2");
        bench.t.commit(1);
        int rows = rows();

        History.Purged purged = bench.t.drive.history().purge(TestDrive.names("f"), "somebody", true, bench.t.drive.snapshots(), Invalidation.NONE, () -> false);

        assertEquals(1, purged.files());
        assertEquals(1, purged.versions());
        assertEquals(rows, rows());
        assertEquals(List.of(), bench.t.drive.volume().purges().all());
    }

    @Test
    void nothingElseChanges() {
        System.out.println("PurgeTest seed " + SEED);
        int purged = 0;
        for (long seed = SEED; seed < SEED + LIVES; seed++) {
            try {
                purged += random(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        assertTrue(purged > LIVES / 4, "only " + purged + " were in the past");
    }

    private int random(long seed) {
        bench.close();
        bench = new Bench();
        Random random = new Random(seed);
        RandomLife life = new RandomLife(bench, seed);
        for (int i = 0; i < 6; i++) {
            life.steps(15);
        }
        if (random.nextBoolean()) {
            bench.t.drive.retainer().retain(new Retention(0, 0, 0, random.nextInt(3) * 60_000_000_000L, 0));
            bench.t.drive.retainer().thin();
        }
        while (bench.t.drive.tick().isPresent()) {
            bench.t.now.incrementAndGet();
        }
        bench.t.commit(1);
        bench.t.drive.retainer().reclaim(false, 0, () -> false);
        Map<Long, Map<String, Seen>> before = all();
        Set<String> paths = new TreeSet<>();
        before.values().forEach(seen -> paths.addAll(seen.keySet()));
        if (paths.isEmpty()) {
            return 0;
        }
        String path = new ArrayList<>(paths).get(random.nextInt(paths.size()));
        List<FileLog.Entry> log = bench.t.drive.history().log(TestDrive.names(path));
        long newest = bench.t.drive.volume().timeline().newestEpoch();
        Map<Long, Map<String, Seen>> expected = new TreeMap<>();
        before.forEach((epoch, seen) -> expected.put(epoch, epoch == newest ? seen : without(before, path, epoch, log)));
        boolean crash = random.nextInt(3) == 0;
        if (crash) {
            crash(random, path);
        }
        if (!crash || !bench.t.drive.history().log(TestDrive.names(path)).isEmpty()) {
            purge(path);
        } else {
            bench.t.drive.retainer().reclaim(false, 0, () -> false);
        }
        Map<Long, Map<String, Seen>> after = all();
        assertEquals(expected.keySet(), after.keySet(), "commits");
        // The log leaves out that an inode was replaced by its like: then it does not say which of them was there.
        boolean isKnown = before.entrySet().stream().allMatch(one -> at(one.getKey(), log).filter(entry -> isThere(entry, one.getValue())).isPresent()
            || at(one.getKey(), log).flatMap(FileLog.Entry::at).isEmpty());
        assertEquals(before.get(newest), after.get(newest));
        expected.keySet().removeIf(epoch -> !isKnown);
        expected.forEach((epoch, seen) -> assertEquals(List.of(), differences(seen, after.get(epoch)), "in commit " + epoch + " of " + newest + " after purging " + path + ", by " + log));
        assertEquals(List.of(), bench.check(ALL), "after purging " + path);
        assertEquals(0, bench.t.drive.retainer().reclaim(true, 0, () -> false).blocks());
        life.in(bench).steps(20);
        bench.t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
        bench.t.drive.retainer().thin();
        assertEquals(List.of(), bench.check(ALL), "after thinning what " + path + " was purged from");
        return expected.isEmpty() || expected.equals(before) ? 0 : 1;
    }

    private static List<String> differences(Map<String, Seen> one, Map<String, Seen> other) {
        Set<String> paths = new TreeSet<>(one.keySet());
        paths.addAll(other.keySet());
        return paths.stream().filter(path -> !Objects.equals(one.get(path), other.get(path))).map(path -> path + ": " + one.get(path) + ", found " + other.get(path)).toList();
    }

    private static Optional<FileLog.Entry> at(long epoch, List<FileLog.Entry> log) {
        return log.stream().filter(entry -> entry.epoch() <= epoch).findFirst();
    }

    private static boolean isThere(FileLog.Entry entry, Map<String, Seen> seen) {
        Seen found = seen.get(new String(entry.path(), StandardCharsets.UTF_8));
        return found != null && entry.at().isPresent() && found.ino() == entry.at().get().ino();
    }

    private void crash(Random random, String path) {
        int[] left = {random.nextInt(3)};
        MemoryStore[] found = new MemoryStore[1];
        bench.store.watch(step -> {
            if (left[0]-- == 0) {
                found[0] = step.outcomes().get(random.nextInt(step.outcomes().size()));
            }
        });
        purge(path);
        MemoryStore after = found[0] == null ? bench.store.copy() : found[0];
        bench.store.watch(step -> { });
        long now = bench.t.now.get();
        bench.close();
        bench = new Bench(after);
        bench.t.now.set(now);
        assertEquals(List.of(), bench.check(ALL), "in the middle of purging " + path);
    }

    private Map<Long, Map<String, Seen>> all() {
        Map<Long, Map<String, Seen>> all = new TreeMap<>();
        for (Point point : bench.t.drive.volume().timeline().points()) {
            Map<String, Seen> seen = new TreeMap<>();
            walk(bench.t.drive.resolve(Optional.of(point.epoch()), List.of()), "", seen);
            all.put(point.epoch(), seen);
        }
        return all;
    }

    private void walk(Node node, String path, Map<String, Seen> seen) {
        List<Name> names = new ArrayList<>();
        try (DirHandle handle = bench.t.drive.openDir(node)) {
            handle.read(2, (name, mode, ino, number, cookie) -> names.add(Name.of(name)));
        }
        for (Name name : names) {
            Node child = bench.t.drive.lookup(node, name);
            Attr attr = bench.t.drive.attr(child);
            String at = path.isEmpty() ? name.toString() : path + "/" + name;
            boolean isDirectory = Mode.isDirectory(attr.mode());
            String what = attr.mode() + " " + attr.uid() + " " + attr.size() + " " + attr.mtime() + " " + attr.ctime() + (isDirectory ? "" : " " + attr.nlink())
                + (Mode.isFile(attr.mode()) ? " " + Arrays.hashCode(bench.t.read(child)) : "") + bench.t.drive.xattrs(child).size();
            seen.put(at, new Seen(((Node.Past) child).ino(), what));
            if (isDirectory) {
                walk(child, at, seen);
            }
        }
    }

    /** By what the log says is there at the instant, or will be: that inode by all its names, and what lies below, by all of theirs. */
    private static Map<String, Seen> without(Map<Long, Map<String, Seen>> before, String path, long epoch, List<FileLog.Entry> log) {
        Map<String, Seen> seen = before.get(epoch);
        Set<Long> gone = new HashSet<>();
        before.forEach((later, all) -> {
            if (later >= epoch && all.containsKey(path)) {
                gone.add(all.get(path).ino());
            }
        });
        at(epoch, log).flatMap(FileLog.Entry::at).ifPresent(at -> gone.add(at.ino()));
        log.stream().filter(entry -> entry.epoch() > epoch).forEach(entry -> entry.at().ifPresent(at -> gone.add(at.ino())));
        for (int count = -1; count != gone.size(); ) {
            count = gone.size();
            for (Map.Entry<String, Seen> one : seen.entrySet()) {
                if (gone.contains(one.getValue().ino())) {
                    seen.forEach((at, below) -> {
                        if (at.startsWith(one.getKey() + "/")) {
                            gone.add(below.ino());
                        }
                    });
                }
            }
        }
        Map<String, Seen> left = new TreeMap<>(seen);
        left.values().removeIf(one -> gone.contains(one.ino()));
        return left;
    }
}
