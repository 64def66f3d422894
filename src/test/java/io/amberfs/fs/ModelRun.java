package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Random operations on a drive and on a model, from one seed. Each must have the same answer from both. Confined to one thread. */
final class ModelRun implements AutoCloseable {
    /** An open file and what it must be. */
    record Open(ModelTree.Item item, FileHandle handle, boolean append) {
    }

    private final Random random;
    private final ModelChoice choice;
    private final MemoryStore store = new MemoryStore();
    private final ModelHistory history;
    private final List<Open> open = new ArrayList<>();
    private final ModelTree model;
    private TestDrive t = new TestDrive(store);
    private String last = "the start";

    ModelRun(long seed) {
        random = new Random(seed);
        model = new ModelTree(TestDrive.START);
        choice = new ModelChoice(random, model);
        history = new ModelHistory(random);
        history.committed(t, model);
    }

    void run(int steps) {
        try {
            for (int i = 0; i < steps; i++) {
                t.now.addAndGet(1 + (random.nextInt(4) == 0 ? random.nextLong(3_000_000_000L) : random.nextInt(1000)));
                model.now = t.now.get();
                step();
                if (random.nextInt(6) == 0) {
                    TreeComparison.requireEqual(t.drive, Node.ROOT, model, "the present");
                }
            }
            last = "the end";
            TreeComparison.requireEqual(t.drive, Node.ROOT, model, "the present");
            remount();
            TreeComparison.requireEqual(t.drive, Node.ROOT, model, "the present after the end");
            history.compareAll(t);
            for (int i = 0; i < 4; i++) {
                history.compareSome(t, model);
            }
            totals();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("after " + last + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        open.forEach(o -> o.handle().close());
        t.close();
    }

    private void step() {
        int kind = random.nextInt(140);
        if (kind < 12) {
            String path = choice.path();
            int mode = random.nextInt(512);
            both("create " + path, () -> model.make(path, Mode.FILE | mode, 3, 4, new byte[0]), () -> t.drive.create(t.parent(path), TestDrive.last(path), mode, new Caller(3, 4, 0)));
        } else if (kind < 20) {
            String path = choice.path();
            int mode = random.nextInt(512) | (random.nextInt(8) == 0 ? Mode.SETGID : 0);
            both("mkdir " + path, () -> model.make(path, Mode.DIRECTORY | mode, 5, 6, new byte[0]), () -> t.drive.mkdir(t.parent(path), TestDrive.last(path), mode, new Caller(5, 6, 0)));
        } else if (kind < 24) {
            String path = choice.path();
            byte[] target = choice.slice(1 + random.nextInt(300));
            both("symlink " + path, () -> model.make(path, Mode.LINK | 0777, 0, 0, target), () -> t.drive.symlink(t.parent(path), TestDrive.last(path), target, TestDrive.ROOT));
        } else if (kind < 25) {
            String path = choice.path();
            both("mknod " + path, () -> model.make(path, Mode.FIFO | 0600, 1, 1, new byte[0]), () -> t.drive.mknod(t.parent(path), TestDrive.last(path), Mode.FIFO | 0600, 9, new Caller(1, 1, 0)));
        } else if (kind < 48) {
            writeByPath();
        } else if (kind < 54) {
            truncateByPath();
        } else if (kind < 72) {
            handleStep(kind);
        } else if (kind < 90) {
            nameStep(kind);
        } else if (kind < 100) {
            attributeStep(kind);
        } else if (kind < 112) {
            historyStep(kind);
        } else if (kind < 120) {
            modeStep(kind);
        } else if (kind < 125) {
            namelessStep();
        } else if (!open.isEmpty()) {
            ModelSpans spans = new ModelSpans(random, model, open.get(random.nextInt(open.size())));
            last = spans.step(open.get(random.nextInt(open.size())), history.anyFile(t), t);
        }
    }

    private void modeStep(int kind) {
        String path = choice.path();
        String to = choice.path();
        RenameMode mode = kind < 118 ? RenameMode.EXCHANGE : RenameMode.NO_REPLACE;
        both("rename " + mode + " " + path + " " + to, () -> {
            model.rename(path, to, mode);
            return path;
        }, () -> {
            t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(to), TestDrive.last(to), mode);
            return path;
        });
    }

    /** Makes a file without a name, or names one that is open. */
    private void namelessStep() {
        List<Open> nameless = open.stream().filter(o -> o.item().nlink == 0).toList();
        String path = choice.path();
        if (!nameless.isEmpty() && random.nextInt(3) > 0) {
            Open chosen = nameless.get(random.nextInt(nameless.size()));
            both("naming an open file " + path, () -> {
                model.link(chosen.item(), path);
                return path;
            }, () -> {
                t.drive.link(chosen.handle().node(), t.parent(path), TestDrive.last(path));
                return path;
            });
        } else if (open.size() < 6) {
            String dir = path.substring(0, path.lastIndexOf('/'));
            ModelTree.Item[] made = new ModelTree.Item[1];
            both("tmpfile " + dir, () -> {
                made[0] = model.makeNameless(dir, 0600, 3, 4);
                return dir;
            }, () -> t.drive.tmpfile(t.at(dir), 0600, new Caller(3, 4, 0))).ifPresent(handle -> open.add(new Open(made[0], handle, false)));
        }
    }

    private void writeByPath() {
        String path = choice.path();
        boolean append = random.nextInt(4) == 0;
        boolean truncate = random.nextInt(6) == 0;
        byte[] bytes = choice.bytes();
        long[] at = new long[1];
        both("write " + path, () -> {
            ModelTree.Item item = model.at(path);
            ModelTree.requireFile(item);
            if (truncate) {
                model.truncate(item, 0);
            }
            at[0] = choice.offset(item.data.length, bytes.length);
            model.write(item, append ? item.data.length : at[0], bytes);
            return item;
        }, () -> {
            try (FileHandle handle = t.drive.open(t.at(path), true, append, truncate)) {
                handle.write(at[0], bytes, 0, bytes.length);
            }
            return path;
        });
    }

    private void truncateByPath() {
        String path = choice.path();
        int[] size = new int[1];
        both("truncate " + path, () -> {
            ModelTree.Item item = model.at(path);
            size[0] = choice.size(item);
            model.truncate(item, size[0]);
            return item;
        }, () -> t.drive.setAttr(t.at(path), AttrChange.size(size[0])));
    }

    private void handleStep(int kind) {
        if (open.isEmpty() || kind < 57 && open.size() < 4) {
            String path = choice.path();
            boolean append = random.nextInt(3) == 0;
            both("open " + path, () -> {
                ModelTree.Item item = model.at(path);
                ModelTree.requireFile(item);
                return item;
            }, () -> t.drive.open(t.at(path), true, append, false)).ifPresent(handle -> open.add(new Open(model.at(path), handle, append)));
            return;
        }
        Open chosen = open.get(random.nextInt(open.size()));
        if (kind < 62) {
            byte[] bytes = choice.bytes();
            long at = choice.offset(chosen.item().data.length, bytes.length);
            last = "writing " + bytes.length + " bytes to an open file at " + at;
            model.write(chosen.item(), chosen.append() ? chosen.item().data.length : at, bytes);
            chosen.handle().write(at, bytes, 0, bytes.length);
        } else if (kind < 64) {
            int size = choice.size(chosen.item());
            last = "truncating an open file to " + size;
            model.truncate(chosen.item(), size);
            chosen.handle().truncate(size);
        } else if (kind < 67) {
            last = "reading an open file";
            readAt(chosen);
        } else if (kind < 69) {
            last = "fsync of an open file";
            chosen.handle().fsync(random.nextBoolean());
        } else {
            last = "closing a file";
            open.remove(chosen);
            chosen.handle().close();
        }
    }

    private void readAt(Open chosen) {
        byte[] data = chosen.item().data;
        int from = random.nextInt(data.length + 10);
        int length = random.nextInt(data.length + 10);
        assertArrayEquals(from >= data.length ? new byte[0] : Arrays.copyOfRange(data, from, Math.min(data.length, from + length)), TreeComparison.read(chosen.handle(), from, length));
        assertEquals(chosen.item().nlink, chosen.handle().attr().nlink());
        assertEquals(data.length, chosen.handle().attr().size());
        assertEquals(chosen.item().mtime, chosen.handle().attr().mtime());
    }

    private void nameStep(int kind) {
        String path = choice.path();
        String to = choice.path();
        if (kind < 77) {
            both("rename " + path + " " + to, () -> {
                model.rename(path, to);
                return path;
            }, () -> {
                t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(to), TestDrive.last(to), RenameMode.REPLACE);
                return path;
            });
        } else if (kind < 81) {
            both("link " + path + " " + to, () -> {
                model.link(path, to);
                return path;
            }, () -> {
                t.drive.link(t.at(path), t.parent(to), TestDrive.last(to));
                return path;
            });
        } else if (kind < 87) {
            both("unlink " + path, () -> {
                model.unlink(path);
                return path;
            }, () -> {
                t.drive.unlink(t.parent(path), TestDrive.last(path));
                return path;
            });
        } else {
            both("rmdir " + path, () -> {
                model.rmdir(path);
                return path;
            }, () -> {
                t.drive.rmdir(t.parent(path), TestDrive.last(path));
                return path;
            });
        }
    }

    private void attributeStep(int kind) {
        String path = random.nextInt(8) == 0 ? "" : choice.path();
        String name = "user." + ModelChoice.NAMES[random.nextInt(3)];
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (kind < 92) {
            int mode = random.nextInt(512);
            both("chmod " + path, () -> changed(path, item -> item.permissions = mode), () -> t.drive.setAttr(t.at(path), AttrChange.mode(mode)));
        } else if (kind < 93) {
            int uid = random.nextInt() & 0x7fffffff;
            both("chown " + path, () -> changed(path, item -> item.uid = uid), () -> t.drive.setAttr(t.at(path), AttrChange.owner(OptionalInt.of(uid), OptionalInt.empty())));
        } else if (kind < 95) {
            long mtime = random.nextInt(3) - 1;
            both("utimens " + path, () -> changed(path, item -> {
                item.mtime = mtime;
                item.atime = -5;
            }), () -> t.drive.setAttr(t.at(path), AttrChange.times(OptionalLong.of(-5), OptionalLong.of(mtime))));
        } else if (kind < 98) {
            byte[] value = choice.slice(random.nextInt(random.nextInt(4) == 0 ? 60_000 : 40));
            both("setxattr " + path, () -> changed(path, item -> item.xattrs.put(name, value)), () -> {
                t.drive.setXattr(t.at(path), bytes, value, false, false, false);
                return path;
            });
        } else {
            both("removexattr " + path, () -> changed(path, item -> {
                if (item.xattrs.remove(name) == null) {
                    throw new FsException(Errno.ENODATA);
                }
            }), () -> {
                t.drive.removeXattr(t.at(path), bytes);
                return path;
            });
        }
    }

    private ModelTree.Item changed(String path, java.util.function.Consumer<ModelTree.Item> change) {
        ModelTree.Item item = model.at(path);
        change.accept(item);
        model.changed(item);
        return item;
    }

    private void historyStep(int kind) {
        if (kind < 104) {
            last = "a commit";
            t.drive.sync();
            history.committed(t, model);
        } else if (kind < 106) {
            last = "a tick";
            t.drive.tick();
            history.committed(t, model);
        } else if (kind < 108) {
            last = "a snapshot";
            String name = "s" + random.nextInt(1000) + "-" + history.size();
            t.mkdir("/.snapshots/" + name);
            history.committed(t, model);
            history.named(t, name);
        } else if (kind < 109) {
            last = "deleting a snapshot";
            history.deleteSnapshot(t);
        } else if (kind < 110) {
            last = "a change of the past";
            history.changeThePast(t);
        } else if (kind < 111) {
            last = "a look at the past";
            history.compareSome(t, model);
        } else {
            remount();
        }
    }

    private void remount() {
        last = "a remount";
        open.forEach(o -> o.handle().close());
        open.clear();
        t.close();
        t = new TestDrive(store, t.now);
        history.committed(t, model);
    }

    private void totals() {
        List<ModelTree.Item> items = items(model.root).distinct().toList();
        assertEquals(items.size(), t.drive.volume().totals().files(), "files counted");
        assertEquals(items.stream().filter(ModelTree.Item::isFile).mapToLong(item -> item.data.length).sum(), t.drive.volume().totals().logicalBytes(), "bytes counted");
    }

    private static Stream<ModelTree.Item> items(ModelTree.Item item) {
        return Stream.concat(Stream.of(item), item.entries.values().stream().flatMap(ModelRun::items));
    }

    /** Does the same to both; errors must be the same too. The drive's answer, if there was no error. */
    private <T> Optional<T> both(String what, Supplier<?> toModel, Supplier<T> toDrive) {
        last = what;
        Optional<Errno> expected = Optional.empty();
        try {
            toModel.get();
        } catch (FsException e) {
            expected = Optional.of(e.errno());
        }
        Optional<Errno> found = Optional.empty();
        Optional<T> answer = Optional.empty();
        try {
            answer = Optional.of(toDrive.get());
        } catch (FsException e) {
            found = Optional.of(e.errno());
        }
        assertEquals(expected, found, what);
        return answer;
    }
}
