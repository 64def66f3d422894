package io.amberfs.check;

import io.amberfs.fs.Caller;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.FsException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Works in a drive at random, as its users do. */
final class RandomLife {
    private final Bench bench;
    private final Random random;
    private final List<String> paths = new ArrayList<>(List.of(""));
    private final List<String> directories = new ArrayList<>(List.of(""));
    private int snapshots;
    private boolean isStaying;

    RandomLife(Bench bench, long seed) {
        this.bench = bench;
        random = new Random(seed);
    }

    /** From now on it does not mount the drive again. */
    RandomLife staying() {
        isStaying = true;
        return this;
    }

    /** The same life in what a crash left of its drive. */
    RandomLife in(Bench other) {
        RandomLife life = new RandomLife(other, random.nextLong());
        life.paths.addAll(paths.subList(1, paths.size()));
        life.directories.addAll(directories.subList(1, directories.size()));
        life.snapshots = snapshots + 1000;
        life.isStaying = isStaying;
        return life;
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            one();
        }
        bench.t.commit(1);
    }

    void one() {
        try {
            step();
        } catch (FsException e) {
            if (e.errno() == io.amberfs.model.Errno.EIO) {
                throw e;
            }
        }
    }

    private void step() {
        TestDrive t = bench.t;
        String path = named();
        switch (random.nextInt(22)) {
            case 0, 1 -> {
                t.mkdir(fresh());
                directories.add(paths.get(paths.size() - 1));
            }
            case 2, 3, 4 -> t.write(fresh(), bytes());
            case 5 -> t.write(path, bytes());
            case 6, 7 -> splinter(path);
            case 8 -> truncate(path);
            case 9 -> append(path);
            case 10 -> t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(named()), TestDrive.last(random.nextBoolean() ? fresh() : named()), RenameMode.REPLACE);
            case 11 -> t.drive.link(t.at(path), t.parent(fresh()), TestDrive.last(paths.get(paths.size() - 1)));
            case 12 -> t.drive.unlink(t.parent(path), TestDrive.last(path));
            case 13 -> t.drive.rmdir(t.parent(path), TestDrive.last(path));
            case 14 -> xattr(path);
            case 15 -> t.drive.symlink(t.parent(fresh()), TestDrive.last(paths.get(paths.size() - 1)), "somewhere/else".getBytes(StandardCharsets.UTF_8), TestDrive.ROOT);
            case 16 -> commit();
            case 17 -> openWithoutName(path);
            case 18 -> {
                String other = named();
                t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(other), TestDrive.last(other), RenameMode.EXCHANGE);
            }
            case 19 -> punch(path);
            case 20 -> copy(path, named());
            default -> nameless();
        }
    }

    private void commit() {
        if (random.nextInt(4) == 0) {
            bench.t.now.addAndGet(1_000_000_000L);
            bench.t.drive.snapshot("snap" + snapshots++);
        } else if (random.nextInt(6) == 0 && !isStaying) {
            bench.remount();
        } else if (random.nextBoolean()) {
            bench.t.drive.tick();
        }
        bench.t.commit(random.nextInt(3));
    }

    private void splinter(String path) {
        try (FileHandle handle = bench.t.drive.open(bench.t.at(path), true, false, false)) {
            for (int i = 0; i < 8; i++) {
                byte[] some = bytes(1 + random.nextInt(5000));
                handle.write(random.nextInt(400_000), some, 0, some.length);
                if (random.nextBoolean()) {
                    handle.fsync(false);
                }
            }
        }
    }

    private void truncate(String path) {
        try (FileHandle handle = bench.t.drive.open(bench.t.at(path), true, false, false)) {
            handle.truncate(random.nextInt(3) == 0 ? 0 : random.nextInt(1_500_000));
        }
    }

    private void append(String path) {
        try (FileHandle handle = bench.t.drive.open(bench.t.at(path), true, true, false)) {
            byte[] some = bytes();
            handle.write(0, some, 0, some.length);
        }
    }

    private void punch(String path) {
        try (FileHandle handle = bench.t.drive.open(bench.t.at(path), true, false, false)) {
            int start = random.nextInt(200_000);
            if (random.nextBoolean()) {
                handle.punch(start, 1 + random.nextInt(1_500_000));
            } else {
                handle.zero(start, 1 + random.nextInt(1_500_000), false);
            }
        }
    }

    private void copy(String path, String to) {
        try (FileHandle source = bench.t.drive.open(bench.t.at((random.nextInt(3) == 0 ? "/.snapshots/now" : "") + path), false, false, false);
             FileHandle target = bench.t.drive.open(bench.t.at(to), true, false, false)) {
            source.copyTo(random.nextInt(10_000), target, random.nextInt(1_000_000), 1 + random.nextInt(2_000_000));
        }
    }

    private void nameless() {
        try (FileHandle handle = bench.t.drive.tmpfile(bench.t.at(directories.get(random.nextInt(directories.size()))), 0600, new Caller(1, 1, 0))) {
            byte[] some = bytes();
            handle.write(0, some, 0, some.length);
            if (random.nextBoolean()) {
                bench.t.commit(1);
                org.junit.jupiter.api.Assertions.assertEquals(List.of(), bench.check(), "with a file that was made without a name");
            }
            String name = fresh();
            bench.t.drive.link(handle.node(), bench.t.parent(name), TestDrive.last(name));
        }
    }

    private void xattr(String path) {
        byte[] name = ("user.x" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
        Node node = bench.t.at(path);
        if (random.nextInt(3) == 0) {
            bench.t.drive.removeXattr(node, name);
        } else {
            bench.t.drive.setXattr(node, name, bytes(random.nextInt(50)), false, false, false);
        }
    }

    private void openWithoutName(String path) {
        try (FileHandle handle = bench.t.drive.open(bench.t.at(path), true, false, false)) {
            bench.t.drive.unlink(bench.t.parent(path), TestDrive.last(path));
            handle.write(10, bytes(100), 0, 100);
            if (random.nextBoolean()) {
                bench.t.commit(1);
                if (random.nextBoolean()) {
                    org.junit.jupiter.api.Assertions.assertEquals(List.of(), bench.check(), "with an open file that has no name");
                }
            }
        }
    }

    /** Any but the root. */
    private String named() {
        return paths.size() == 1 ? fresh() : paths.get(1 + random.nextInt(paths.size() - 1));
    }

    private String fresh() {
        String path = (random.nextInt(3) == 0 ? "" : directories.get(random.nextInt(directories.size()))) + "/n" + random.nextInt(1000);
        paths.add(path);
        return path;
    }

    private byte[] bytes() {
        int[] sizes = {0, 100, 5000, 70_000, 1_300_000};
        int size = sizes[random.nextInt(random.nextInt(4) == 0 ? 5 : 4)];
        return bytes(size == 0 ? 0 : 1 + random.nextInt(size));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
