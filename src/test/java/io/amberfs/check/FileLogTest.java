package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.AttrChange;
import io.amberfs.fs.FileLog;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.Thinning;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What became of a file, from what was done to it. */
class FileLogTest {
    private final Bench bench = new Bench();
    private final TestDrive t = bench.t;

    @AfterEach
    void close() {
        bench.close();
    }

    private List<String> log(String path) {
        return t.drive.history().log(TestDrive.names(path)).stream().map(FileLogTest::line).toList();
    }

    private static String line(FileLog.Entry entry) {
        String other = entry.other().length == 0 ? "" : (entry.at().isPresent() ? " from " : " to ") + text(entry.other());
        return entry.epoch() + " " + text(entry.path()) + " " + (entry.events() + " " + entry.what()).toLowerCase() + other;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void rename(String from, String to) {
        t.drive.rename(t.parent(from), TestDrive.last(from), t.parent(to), TestDrive.last(to), RenameMode.REPLACE);
    }

    private void unlink(String path) {
        t.drive.unlink(t.parent(path), TestDrive.last(path));
    }

    @Test
    void changesMovesAndDeletionAreFollowed() {
        t.mkdir("/d");
        t.write("/d/a", "one");
        t.commit(10);
        t.write("/d/a", "two");
        t.commit(10);
        t.drive.setAttr(t.at("/d/a"), AttrChange.mode(0600));
        t.write("/d/bystander", "changes the directory");
        t.commit(10);
        rename("/d/a", "/d/b");
        t.commit(10);
        rename("/d", "/e");
        t.commit(10);
        t.write("/e/b", "three");
        t.commit(10);
        assertEquals(List.of("7 e/b [] [contents, time]", "5 d/b [moved] [] from d/a", "4 d/a [] [mode]", "3 d/a [] [contents, time]", "2 d/a [made] []"), log("/e/b"));
        assertEquals("5 d/a [moved, gone] [] to d/b", log("/d/a").get(0));
        unlink("/e/b");
        t.commit(10);
        assertEquals("8 e/b [gone] []", log("/e/b").get(0));
        assertEquals(log("/e/b"), log("/d/b"));
        assertEquals(List.of(), log("/e/never"));
    }

    @Test
    void programsThatSaveByReplacingAreFollowed() {
        t.write("/text", "one");
        t.commit(10);
        t.write("/.text.tmp", "two");
        rename("/.text.tmp", "/text");
        t.commit(10);
        t.write("/.text.tmp", "three");
        t.commit(10);
        rename("/.text.tmp", "/text");
        t.commit(10);
        assertEquals(List.of("5 text [replaced] [contents, time]", "3 text [replaced] [contents, time]", "2 text [made] []"), log("/text"));
    }

    @Test
    void whatIsPutBackIsCalledSo() {
        t.write("/a", "one");
        long first = t.commit(10);
        t.write("/a", "two");
        t.commit(10);
        t.drive.restores().file(Node.ROOT, Name.of("a"), (Node.Past) t.at(first, "/a"), Optional.empty());
        t.commit(10);
        unlink("/a");
        long gone = t.commit(10);
        t.drive.history().rollback(first, Invalidation.NONE);
        t.commit(10);
        assertEquals(List.of("6 a [back] []", "5 a [gone] []", "4 a [replaced, back] [contents, time]", "3 a [] [contents, time]", "2 a [made] []"), log("/a"));
        assertEquals(5, gone);
    }

    @Test
    void directoriesHaveALogToo() {
        t.mkdir("/d");
        t.commit(10);
        t.write("/d/a", "a");
        t.commit(10);
        t.drive.setAttr(t.at("/d"), AttrChange.mode(0700));
        t.commit(10);
        t.drive.unlink(t.at("/d"), Name.of("a"));
        t.drive.rmdir(Node.ROOT, Name.of("d"));
        t.commit(10);
        assertEquals(List.of("5 d [gone] []", "4 d [] [mode]", "3 d [] [contents]", "2 d [made] []"), log("/d"));
        assertTrue(log("/").size() >= 2);
    }

    /** Each version of each file of a random life can be read, and is what was seen at that path then. */
    @Test
    void whatTheLogSaysCanBeSeen() {
        long seed = Long.getLong("amberfs.seed", System.nanoTime());
        System.out.println("FileLogTest seed " + seed);
        RandomLife life = new RandomLife(bench, seed);
        for (int round = 0; round < 4; round++) {
            life.steps(60);
        }
        long now = bench.t.drive.volume().timeline().newestEpoch();
        List<String> files = new ArrayList<>(new TreeMap<>(DiffTest.seen(bench.t, now)).keySet());
        for (String path : files) {
            List<FileLog.Entry> log = bench.t.drive.history().log(TestDrive.names(path));
            String what = "seed " + seed + ", " + path;
            assertTrue(!log.isEmpty() && log.get(0).at().isPresent(), what);
            long before = Long.MAX_VALUE;
            for (FileLog.Entry entry : log) {
                assertTrue(entry.epoch() <= before, what);
                before = entry.epoch();
                if (entry.at().isPresent()) {
                    Node.Past node = (Node.Past) bench.t.at(entry.epoch(), text(entry.path()));
                    assertEquals(entry.at().get().ino(), node.ino(), what + " at " + entry.epoch() + " as " + text(entry.path()));
                    assertEquals(entry.at().get().inode().size(), Mode.isDirectory(bench.t.drive.attr(node).mode()) ? entry.at().get().inode().size() : bench.t.drive.attr(node).size(), what);
                }
            }
            assertTrue(log.get(log.size() - 1).events().contains(FileLog.Event.MADE), what);
        }
    }

    private List<String> found(String name) {
        List<String> found = new ArrayList<>();
        t.drive.history().find(n -> text(n).equals(name), f -> found.add(text(f.path()) + " " + f.from() + " " + (f.until() == Long.MAX_VALUE ? "now" : f.until())), () -> false, e -> {
            throw e;
        });
        return found.stream().sorted().toList();
    }

    @Test
    void namesAreFoundWhereTheyWereAndAre() {
        t.mkdir("/d");
        t.write("/d/a", "one");
        t.write("/a", "other");
        t.commit(10);
        t.write("/d/.a", "two");
        rename("/d/.a", "/d/a");
        t.commit(10);
        unlink("/d/a");
        t.commit(10);
        rename("/d", "/e");
        t.commit(10);
        t.write("/e/a", "again");
        t.commit(10);
        t.write("/e/a2", "");
        unlink("/a");
        t.write("/never", "");
        unlink("/never");
        t.commit(10);
        assertEquals(List.of("a 2 7", "d/a 2 4", "e/a 6 now"), found("a"));
        assertEquals(List.of(), found("never"));
        assertEquals(List.of("e 5 now"), found("e"));
    }

    /** Lets all commits go but these and the newest. */
    private void keepOnly(Long... epochs) {
        Thinning thinning = ThinningTest.thinning(bench.store, t);
        thinning.plan(ThinningTest.NOTHING, Long.MAX_VALUE / 2, Set.of(epochs)).forEach(thinning::thin);
    }

    @Test
    void aTimeOfWhichNothingIsKeptIsNoGap() {
        t.write("/a", "one");
        long first = t.commit(10);
        t.drive.unlink(Node.ROOT, Name.of("a"));
        long without = t.commit(10);
        t.write("/a", "two");
        long again = t.commit(10);
        t.write("/other", "other");
        t.commit(10);
        assertEquals(List.of("a " + first + " " + without, "a " + again + " now"), found("a"));
        keepOnly(first, again);
        assertEquals(List.of("a " + first + " now"), found("a"));
        List<FileLog.Entry> log = t.drive.history().log(TestDrive.names("/a"));
        assertEquals(2, log.size());
        assertEquals(Set.of(FileLog.Event.REPLACED), log.get(0).events());
        assertEquals(List.of(), bench.check());
    }
}
