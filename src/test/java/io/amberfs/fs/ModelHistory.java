package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.history.Instants;
import io.amberfs.history.Timeline;
import io.amberfs.model.Commit;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.model.Snapshot;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a drive's past must be: a copy of the model for each commit. Confined to one thread. */
final class ModelHistory {
    private record Point(long time, ModelTree tree) {
    }

    private final Random random;
    private final TreeMap<Long, Point> points = new TreeMap<>();
    private final Map<String, Long> snapshots = new HashMap<>();
    private final Instants instants = new Instants(ZoneOffset.UTC);

    ModelHistory(Random random) {
        this.random = random;
    }

    int size() {
        return points.size();
    }

    /** Everything was just committed, or had been before. */
    void committed(TestDrive t, ModelTree model) {
        Commit newest = t.drive.volume().timeline().newest().orElseThrow();
        points.putIfAbsent(newest.epoch(), new Point(newest.time(), model.copy()));
    }

    void named(TestDrive t, String name) {
        snapshots.put(name, points.lastKey());
        assertEquals(points.lastKey(), t.drive.volume().timeline().snapshot(name).map(Snapshot::epoch).orElseThrow());
    }

    void deleteSnapshot(TestDrive t) {
        Optional<String> name = snapshots.keySet().stream().findAny();
        if (name.isPresent()) {
            snapshots.remove(name.get());
            t.drive.rmdir(t.at("/.snapshots"), Name.of(name.get()));
            assertEquals(Errno.ENOENT, errno(() -> t.at("/.snapshots/" + name.get())));
        }
    }

    void changeThePast(TestDrive t) {
        Map.Entry<Long, Point> point = any();
        Node root = new Node.Past(point.getKey(), 1);
        Name name = Name.of(point.getValue().tree().root.entries.keySet().stream().findFirst().orElse("a"));
        for (Node dir : List.of(root, t.at("/.versions"))) {
            assertEquals(Errno.EROFS, errno(() -> t.drive.create(dir, name, 0644, TestDrive.ROOT)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.mkdir(dir, name, 0755, TestDrive.ROOT)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.unlink(dir, name)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.rmdir(dir, name)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.rename(dir, name, Node.ROOT, name, RenameMode.REPLACE)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.rename(Node.ROOT, name, dir, name, RenameMode.REPLACE)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.link(dir, Node.ROOT, name)));
            assertEquals(Errno.EROFS, errno(() -> t.drive.setAttr(dir, AttrChange.mode(0))));
            assertEquals(Errno.EROFS, errno(() -> t.drive.setAttr(dir, AttrChange.size(0))));
            assertEquals(Errno.EROFS, errno(() -> t.drive.open(dir, true, false, false)));
        }
    }

    /** A file of the past and its contents. */
    record PastFile(Node.Past node, byte[] data) {
    }

    Optional<PastFile> anyFile(TestDrive t) {
        Map.Entry<Long, Point> point = any();
        List<String> paths = new ArrayList<>();
        directories(point.getValue().tree().root).forEach(dir -> dir.entries.forEach((name, item) -> {
            if (item.isFile()) {
                paths.add(ModelTree.pathOf(dir) + "/" + name);
            }
        }));
        return paths.isEmpty() ? Optional.empty() : Optional.of(paths.get(random.nextInt(paths.size())))
            .map(path -> new PastFile((Node.Past) t.at(point.getKey(), path), point.getValue().tree().at(path).data));
    }

    void compareAll(TestDrive t) {
        points.forEach((epoch, point) -> compare(t, epoch, new Node.Past(epoch, 1)));
        snapshots.forEach((name, epoch) -> compare(t, epoch, t.at("/.snapshots/" + name)));
        points.forEach((epoch, point) -> {
            long named = resolve(point.time());
            compare(t, named, t.at("/.snapshots/" + instants.second(point.time())));
        });
        List<String> listed = t.list(t.at("/.snapshots")).stream().filter(name -> !name.startsWith(".")).toList();
        assertEquals(true, listed.containsAll(snapshots.keySet()), "the snapshots " + snapshots.keySet() + " are listed in " + listed);
        listed.forEach(name -> t.at("/.snapshots/" + name));
        listed.stream().filter(name -> !snapshots.containsKey(name)).forEach(name ->
            assertEquals(new Node.Past(resolve(instants.parse(name, t.now.get()).orElseThrow()), 1), t.at("/.snapshots/" + name), name));
    }

    /** One commit as a whole, and the past of one directory of the present: by time and by versions. */
    void compareSome(TestDrive t, ModelTree model) {
        Map.Entry<Long, Point> point = any();
        compare(t, point.getKey(), new Node.Past(point.getKey(), 1));
        List<ModelTree.Item> directories = directories(model.root).toList();
        ModelTree.Item dir = directories.get(random.nextInt(directories.size()));
        String path = ModelTree.pathOf(dir);
        compareDirectory(t, path, dir, point.getValue());
        compareVersions(t, path, dir);
    }

    private void compareDirectory(TestDrive t, String path, ModelTree.Item dir, Point point) {
        long epoch = resolve(point.time());
        ModelTree then = points.get(epoch).tree();
        String entered = path + "/.snapshots/" + instants.second(point.time());
        Optional<ModelTree.Item> same = directories(then.root).filter(item -> item.id == dir.id).findFirst();
        if (same.isPresent()) {
            long ino = ((Node.Present) t.at(path)).ino();
            assertEquals(new Node.Past(epoch, ino), t.at(entered), entered);
            return;
        }
        Optional<Errno> expected = Optional.empty();
        try {
            if (!then.at(path).isDirectory()) {
                expected = Optional.of(Errno.ENOTDIR);
            }
        } catch (FsException e) {
            expected = Optional.of(e.errno());
        }
        if (expected.isPresent()) {
            assertEquals(expected.get(), errno(() -> t.at(entered)), entered);
        } else {
            assertEquals(t.at(epoch, path), t.at(entered), entered);
        }
    }

    private void compareVersions(TestDrive t, String path, ModelTree.Item dir) {
        Map<String, List<ModelTree.Item>> expected = new TreeMap<>();
        for (Point point : points.values()) {
            directories(point.tree().root).filter(item -> item.id == dir.id).forEach(then -> then.entries.forEach((name, item) -> {
                if (!item.isDirectory()) {
                    List<ModelTree.Item> versions = expected.computeIfAbsent(name, n -> new ArrayList<>());
                    if (versions.isEmpty() || !isSame(versions.get(versions.size() - 1), item)) {
                        versions.add(item);
                    }
                }
            }));
        }
        expected.forEach((name, versions) -> {
            Node folder = t.at(path + "/.versions/" + name);
            List<TreeComparison.Listed> listed = TreeComparison.list(t.drive, folder).stream().filter(entry -> !entry.name().startsWith(".")).toList();
            assertEquals(versions.size(), listed.size(), "versions of " + path + "/" + name);
            for (int i = 0; i < listed.size(); i++) {
                Node version = t.drive.lookup(folder, Name.of(listed.get(i).name()));
                assertEquals(versions.get(i).type, listed.get(i).type());
                if (versions.get(i).isFile()) {
                    assertArrayEquals(versions.get(i).data, TreeComparison.read(t.drive, version), "version " + listed.get(i).name() + " of " + path + "/" + name);
                }
            }
        });
    }

    private static boolean isSame(ModelTree.Item one, ModelTree.Item other) {
        return one.id == other.id && one.mtime == other.mtime && Arrays.equals(one.data, other.data);
    }

    private void compare(TestDrive t, long epoch, Node node) {
        TreeComparison.requireEqual(t.drive, node, points.get(epoch).tree(), "commit " + epoch);
    }

    /** The newest commit whose second is not later. */
    private long resolve(long time) {
        return points.entrySet().stream().filter(point -> Timeline.second(point.getValue().time()) <= time).reduce((one, other) ->
            Timeline.second(other.getValue().time()) >= Timeline.second(one.getValue().time()) ? other : one).orElseThrow().getKey();
    }

    private Map.Entry<Long, Point> any() {
        return points.entrySet().stream().skip(random.nextInt(points.size())).findFirst().orElseThrow();
    }

    private static Stream<ModelTree.Item> directories(ModelTree.Item item) {
        return item.isDirectory() ? Stream.concat(Stream.of(item), item.entries.values().stream().flatMap(ModelHistory::directories)) : Stream.empty();
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(FsException.class, work).errno();
    }
}
