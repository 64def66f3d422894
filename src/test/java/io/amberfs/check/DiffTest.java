package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.Difference;
import io.amberfs.fs.Difference.Kind;
import io.amberfs.fs.Difference.What;
import io.amberfs.fs.DirHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.Point;
import io.amberfs.model.Attr;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What diff tells, against what one sees walking both trees. */
class DiffTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    private record Item(long ino, int mode, int uid, int gid, long mtime, String contents, List<String> xattrs) {
        @Override
        public String toString() {
            return ino + " " + Integer.toOctalString(mode) + " " + uid + ":" + gid + " " + mtime + " " + contents.length() + " bytes " + contents.hashCode() + " " + xattrs;
        }

        boolean isSame(Item other) {
            return mode == other.mode && uid == other.uid && gid == other.gid && contents.equals(other.contents) && xattrs.equals(other.xattrs)
                && (Mode.isDirectory(mode) || mtime == other.mtime);
        }
    }

    private static Map<String, Item> walk(TestDrive t, long epoch) {
        Map<String, Item> items = new TreeMap<>();
        walk(t, new Node.Past(epoch, 1), "", items);
        return items;
    }

    /** All that can be seen of an instant but for inode numbers and the times of directories. */
    static Map<String, String> seen(TestDrive t, long epoch) {
        Map<String, String> seen = new TreeMap<>();
        walk(t, epoch).forEach((path, i) -> seen.put(path, i.mode() + " " + i.uid() + ":" + i.gid() + " " + i.mtime() + " " + i.contents().hashCode() + " " + i.xattrs()));
        return seen;
    }

    private static void walk(TestDrive t, Node.Past node, String path, Map<String, Item> items) {
        Attr attr = t.drive.attr(node);
        String contents = Mode.isFile(attr.mode()) ? new String(t.read(node), StandardCharsets.ISO_8859_1)
            : Mode.isLink(attr.mode()) ? new String(t.drive.readlink(node), StandardCharsets.ISO_8859_1) : "";
        List<String> xattrs = t.drive.restores().xattrsOf(node).stream()
            .map(x -> new String(x.name(), StandardCharsets.UTF_8) + "=" + new String(x.value(), StandardCharsets.ISO_8859_1)).sorted().toList();
        items.put(path, new Item(node.ino(), attr.mode(), attr.uid(), attr.gid(), attr.mtime(), contents, xattrs));
        if (Mode.isDirectory(attr.mode())) {
            List<byte[]> names = new ArrayList<>();
            try (DirHandle handle = t.drive.openDir(node)) {
                handle.read(2, (name, mode, ino, number, cookie) -> names.add(name));
            }
            for (byte[] name : names) {
                walk(t, (Node.Past) t.drive.lookup(node, Name.of(name)), (path.isEmpty() ? "" : path + "/") + new String(name, StandardCharsets.UTF_8), items);
            }
        }
    }

    private static List<Difference> diff(TestDrive t, long from, long to) {
        List<Difference> all = new ArrayList<>();
        t.drive.history().diff(from, to, all::add);
        return all;
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }

    private static String line(Difference d) {
        String sign = Map.of(Kind.ADDED, "+", Kind.REMOVED, "-", Kind.CHANGED, "M", Kind.MOVED, "R").get(d.kind());
        return sign + " " + (d.kind() == Kind.MOVED ? text(d.from()) + " -> " : "") + text(d.path())
            + (d.what().isEmpty() ? "" : " " + d.what().stream().sorted().map(what -> what.name().toLowerCase()).collect(Collectors.joining(",")));
    }

    private static List<String> lines(TestDrive t, long from, long to) {
        return diff(t, from, to).stream().map(DiffTest::line).sorted().toList();
    }

    /** Tells a tree from the other one by what diff says. */
    private static void requireRight(TestDrive t, long from, long to, String what) {
        Map<String, Item> before = walk(t, from);
        Map<String, Item> after = walk(t, to);
        Map<String, Difference> told = new HashMap<>();
        Map<String, String> moved = new HashMap<>();
        Set<String> removed = new HashSet<>();
        for (Difference d : diff(t, from, to)) {
            String line = what + ": " + line(d);
            String path = text(d.path());
            requireTrue(d, before, after, line);
            if (d.kind() == Kind.REMOVED) {
                assertTrue(removed.add(path), line + " twice");
            } else {
                assertEquals(null, told.put(path, d), line + " twice");
                if (d.kind() == Kind.MOVED) {
                    moved.put(path, text(d.from()));
                }
            }
        }
        Set<String> left = new HashSet<>(before.keySet());
        left.removeAll(removed);
        after.forEach((path, item) -> {
            String origin = origin(path, moved);
            if (!told.containsKey(path)) {
                assertTrue(before.containsKey(origin) && before.get(origin).isSame(item), what + ": nothing is told of " + path + ", " + item + ", which was " + origin + ", " + before.get(origin));
            }
            left.remove(path);
            left.remove(origin);
            left.remove(origin(path, exceptOf(moved, path))); // what moved there stands in the place of this one
        });
        assertEquals(Set.of(), left, what + ": nothing is told of what is gone");
    }

    private static Map<String, String> exceptOf(Map<String, String> moved, String path) {
        Map<String, String> others = new HashMap<>(moved);
        others.remove(path);
        return others;
    }

    private static String origin(String path, Map<String, String> moved) {
        if (moved.containsKey(path)) {
            return moved.get(path);
        }
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : origin(path.substring(0, slash), moved);
        return path.isEmpty() ? "" : (parent.isEmpty() ? "" : parent + "/") + path.substring(slash + 1);
    }

    private static void requireTrue(Difference d, Map<String, Item> before, Map<String, Item> after, String line) {
        String path = text(d.path());
        Optional<Item> same = Optional.ofNullable(before.get(path)).filter(item -> after.containsKey(path) && after.get(path).ino() == item.ino());
        switch (d.kind()) {
            case ADDED -> assertTrue(after.containsKey(path) && same.isEmpty(), line);
            case REMOVED -> assertTrue(before.containsKey(path) && same.isEmpty(), line);
            case MOVED -> assertEquals(before.get(text(d.from())).ino(), after.get(path).ino(), line);
            case CHANGED -> assertFalse(d.what().isEmpty(), line);
            default -> throw new AssertionError(line);
        }
        if (d.before().isPresent() && d.after().isPresent()) {
            Item was = before.values().stream().filter(item -> item.ino() == d.before().get().ino()).findFirst().orElseThrow();
            Item is = after.get(path);
            assertEquals(was.mode() != is.mode(), d.what().contains(What.MODE), line);
            assertEquals(was.uid() != is.uid() || was.gid() != is.gid(), d.what().contains(What.OWNER), line);
            assertEquals(!was.xattrs().equals(is.xattrs()), d.what().contains(What.XATTRS), line);
            assertEquals(!Mode.isDirectory(is.mode()) && was.mtime() != is.mtime(), d.what().contains(What.TIME), line);
            assertTrue(was.contents().equals(is.contents()) || d.what().contains(What.CONTENTS), line);
        }
    }

    @Test
    void randomLivesAreToldAsTheyWere() {
        for (long seed = SEED; seed < SEED + 8; seed++) {
            System.out.println("DiffTest seed " + seed);
            Random random = new Random(seed);
            try (Bench bench = new Bench()) {
                RandomLife life = new RandomLife(bench, seed);
                for (int round = 0; round < 3; round++) {
                    life.steps(70);
                    if (random.nextBoolean()) {
                        ThinningTest.thinSome(bench, random);
                    }
                    List<Long> epochs = bench.t.drive.volume().timeline().points().stream().map(Point::epoch).toList();
                    for (int i = 0; i < 12; i++) {
                        long from = epochs.get(random.nextInt(epochs.size()));
                        long to = epochs.get(random.nextInt(epochs.size()));
                        requireRight(bench.t, from, to, "seed " + seed + ", " + from + " to " + to);
                    }
                }
            }
        }
    }

    @Test
    void whatHappensToFilesHasItsSign() {
        try (Bench bench = new Bench()) {
            TestDrive t = bench.t;
            t.mkdir("/dir");
            t.mkdir("/other");
            t.write("/dir/kept", "kept");
            t.write("/dir/edited", "one");
            t.write("/dir/saved", "one");
            t.write("/dir/moved", "moved");
            t.write("/dir/gone", "gone");
            t.write("/dir/mode", "mode");
            long from = t.commit(10);
            t.write("/dir/edited", "two");
            t.write("/dir/.saved.tmp", "two");
            rename(t, "/dir/.saved.tmp", "/dir/saved");
            rename(t, "/dir/moved", "/other/moved");
            t.drive.unlink(t.parent("/dir/gone"), TestDrive.last("/dir/gone"));
            t.write("/new", "new");
            t.drive.link(t.at("/new"), t.parent("/twin"), TestDrive.last("/twin"));
            t.drive.setAttr(t.at("/dir/mode"), io.amberfs.fs.AttrChange.mode(0600));
            rename(t, "/dir", "/docs");
            long to = t.commit(10);
            assertEquals(List.of("+ new", "+ twin", "- dir/gone", "M docs/edited contents,time", "M docs/mode mode", "M docs/saved contents,time",
                "R dir -> docs", "R dir/moved -> other/moved"), lines(t, from, to));
            assertEquals(List.of("+ dir/gone", "- new", "- twin", "M dir/edited contents,time", "M dir/mode mode", "M dir/saved contents,time",
                "R docs -> dir", "R other/moved -> dir/moved"), lines(t, to, from));
            assertEquals(List.of(), lines(t, from, from));
        }
    }

    /** As when an archive is unpacked over what was deleted. */
    @Test
    void aTreeThatIsMadeAnewIsComparedByItsPaths() {
        try (Bench bench = new Bench()) {
            TestDrive t = bench.t;
            t.mkdir("/tree");
            t.mkdir("/tree/sub");
            t.write("/tree/sub/same", "same");
            t.write("/tree/sub/other", "one");
            long from = t.commit(10);
            for (String path : List.of("/tree/sub/same", "/tree/sub/other")) {
                t.drive.unlink(t.parent(path), TestDrive.last(path));
            }
            t.drive.rmdir(t.parent("/tree/sub"), TestDrive.last("/tree/sub"));
            t.drive.rmdir(t.parent("/tree"), TestDrive.last("/tree"));
            t.mkdir("/tree");
            t.mkdir("/tree/sub");
            t.write("/tree/sub/same", "same");
            t.write("/tree/sub/other", "two");
            long to = t.commit(10);
            assertEquals(List.of("M tree/sub/other contents,time", "M tree/sub/same time"), lines(t, from, to));
        }
    }

    private static void rename(TestDrive t, String from, String to) {
        t.drive.rename(t.parent(from), TestDrive.last(from), t.parent(to), TestDrive.last(to), RenameMode.REPLACE);
    }

    /** Of several names, those that stayed are not told of, whichever is the first. */
    @Test
    void aNameOfSeveralThatMovedIsTheOnlyOneToldOf() {
        try (Bench bench = new Bench()) {
            TestDrive t = bench.t;
            for (int i = 0; i < 6; i++) {
                t.write("/f" + i, "contents");
                for (int name = 0; name < 5; name++) {
                    t.drive.link(t.at("/f" + i), Node.ROOT, Name.of("l" + i + name));
                }
            }
            long before = t.commit(10);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String old = i == 5 ? "f5" : "l" + i + i;
                t.drive.rename(Node.ROOT, Name.of(old), Node.ROOT, Name.of("moved" + i), RenameMode.REPLACE);
                expected.add("R " + old + " -> moved" + i);
            }
            assertEquals(expected.stream().sorted().toList(), lines(t, before, t.commit(10)));
        }
    }
}
