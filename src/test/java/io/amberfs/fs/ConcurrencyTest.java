package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.store.MemoryStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads on one drive while another commits all the time: nothing hangs, and each commit satisfies what the writers keep true at every moment. */
class ConcurrencyTest {
    private final TestDrive t = new TestDrive(new MemoryStore());
    private final AtomicLong checked = new AtomicLong();

    @AfterEach
    void close() {
        new Race().worker("closer", 1, i -> t.close()).run();
    }

    private void commit() {
        t.now.addAndGet(1000);
        t.drive.sync();
    }

    private long newest() {
        return t.drive.volume().timeline().newest().orElseThrow().epoch();
    }

    /** Looks at all commits but the oldest {@code behind}. */
    private void everyCommit(long behind, LongConsumer check) {
        for (long epoch = behind + 1; epoch <= newest(); epoch++) {
            check.accept(epoch);
            checked.incrementAndGet();
        }
    }

    private static byte[] filled(int length, long number) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.remaining() >= 8) {
            bytes.putLong(number);
        }
        return bytes.array();
    }

    /** The number that a file is filled with. */
    private static long number(byte[] bytes, String what) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long number = buffer.getLong(0);
        for (int at = 0; at + 8 <= bytes.length; at += 8) {
            assertEquals(number, buffer.getLong(at), what + " at " + at);
        }
        return number;
    }

    private void overwrite(String path, byte[] bytes) {
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            handle.write(0, bytes, 0, bytes.length);
        }
    }

    @Test
    void eachCommitHasWritesToTwoFilesInTheirOrder() {
        t.write("/a", filled(8, 0));
        t.write("/b", filled(8, 0));
        commit();
        long behind = newest() - 1;
        LongConsumer check = epoch -> {
            long a = number(t.read(t.at(epoch, "/a")), "a");
            long b = number(t.read(t.at(epoch, "/b")), "b");
            assertTrue(a == b || a == b + 1, "commit " + epoch + " has a = " + a + ", b = " + b);
        };
        new Race().worker("writer", 40_000, i -> {
            overwrite("/a", filled(8, i));
            overwrite("/b", filled(8, i));
        }).companion("committer", this::commit).companion("reader", () -> check.accept(1 + behind + new Random().nextLong(newest() - behind))).until(() -> newest() > behind + 25).run();
        everyCommit(behind, check);
        assertTrue(checked.get() > 20, "only " + checked.get() + " commits");
    }

    @Test
    void aWriteIsWholeInEachCommit() {
        int length = 700_000;
        t.write("/a", filled(length, 0));
        commit();
        long behind = newest() - 1;
        new Race().worker("writer", 60, i -> overwrite("/a", filled(length, i))).companion("committer", this::commit)
            .companion("reader", () -> number(t.read("/a"), "the present")).run();
        everyCommit(behind, epoch -> number(t.read(t.at(epoch, "/a")), "commit " + epoch));
    }

    @Test
    void aFileReplacedByRenameIsAlwaysThereAndWhole() {
        int writers = 4;
        for (int w = 0; w < writers; w++) {
            t.write("/target" + w, filled(16, 0));
        }
        commit();
        long behind = newest() - 1;
        Race race = new Race();
        for (int w = 0; w < writers; w++) {
            int writer = w;
            race.worker("writer " + w, 300, i -> {
                t.write("/new" + writer, filled(8 * (1 + i % 3 * 3000), i));
                t.drive.rename(Node.ROOT, Name.of("new" + writer), Node.ROOT, Name.of("target" + writer), RenameMode.REPLACE);
                number(t.read("/target" + writer), "the present");
            });
        }
        race.companion("committer", this::commit).companion("reader", () -> number(t.read("/.snapshots/now/target0"), "the newest commit")).run();
        for (int w = 0; w < writers; w++) {
            String path = "/target" + w;
            AtomicLong last = new AtomicLong();
            everyCommit(behind, epoch -> {
                long number = number(t.read(t.at(epoch, path)), "commit " + epoch);
                assertTrue(number >= last.getAndSet(number), path + " went back in commit " + epoch);
            });
        }
    }

    @Test
    void renamesNeitherLoseNorDoubleAnEntry() {
        t.mkdir("/x");
        t.mkdir("/y");
        for (int i = 0; i < 6; i++) {
            t.write("/x/f" + i, "f");
        }
        t.mkdir("/x/d");
        commit();
        long behind = newest() - 1;
        Race race = new Race();
        for (int i = 0; i < 6; i++) {
            String name = "f" + i;
            race.worker("mover " + i, 600, n -> {
                String from = n % 2 == 1 ? "/x/" : "/y/";
                String to = n % 2 == 1 ? "/y/" : "/x/";
                overwrite(from + name, filled(8, n));
                t.drive.rename(t.at(from), Name.of(name), t.at(to), Name.of(name), RenameMode.REPLACE);
            });
        }
        race.worker("mover of d", 600, n -> t.drive.rename(t.at(n % 2 == 1 ? "/x" : "/y"), Name.of("d"), t.at(n % 2 == 1 ? "/y" : "/x"), Name.of("d"), RenameMode.REPLACE))
            .companion("committer", this::commit).run();
        everyCommit(behind, epoch -> {
            int entries = t.list(t.at(epoch, "/x")).size() + t.list(t.at(epoch, "/y")).size();
            assertEquals(7, entries, "entries in commit " + epoch);
            assertEquals(5, t.drive.attr(t.at(epoch, "/x")).nlink() + t.drive.attr(t.at(epoch, "/y")).nlink(), "links in commit " + epoch);
        });
    }

    @Test
    void everyOperationOnSharedFilesAndFoldersEnds() {
        for (int d = 0; d < 2; d++) {
            t.mkdir("/d" + d);
        }
        AtomicInteger seed = new AtomicInteger();
        Race race = new Race();
        for (int w = 0; w < 5; w++) {
            Random random = new Random(seed.incrementAndGet());
            race.worker("worker " + w, 1500, i -> {
                try {
                    shared(random);
                } catch (FsException e) {
                    switch (e.errno()) {
                        case ENOENT, EEXIST, ENOTEMPTY, EISDIR, ENOTDIR, ESTALE, EINVAL, ENODATA, ENXIO -> { }
                        default -> throw e;
                    }
                }
            });
        }
        race.companion("committer", this::commit).companion("ticker", () -> t.drive.tick()).companion("snapshots", () -> {
            String name = "s" + seed.incrementAndGet();
            t.mkdir("/.snapshots/" + name);
            t.drive.rmdir(t.at("/.snapshots"), Name.of(name));
        }).run();
        commit();
        assertEquals(files(Node.ROOT), t.drive.volume().totals().files() - 1);
        assertEquals(bytes(Node.ROOT), t.drive.volume().totals().logicalBytes());
    }

    private void shared(Random random) {
        String path = "/d" + random.nextInt(2) + "/" + (char) ('a' + random.nextInt(4));
        String to = "/d" + random.nextInt(2) + "/" + (char) ('a' + random.nextInt(4));
        byte[] bytes = filled(8 * (1 + random.nextInt(random.nextInt(5) == 0 ? 20_000 : 50)), random.nextLong());
        switch (random.nextInt(13)) {
            case 0 -> t.drive.create(t.parent(path), TestDrive.last(path), 0644, TestDrive.ROOT);
            case 1, 2 -> {
                try (FileHandle handle = t.drive.open(t.at(path), true, random.nextBoolean(), random.nextInt(4) == 0)) {
                    handle.write(random.nextInt(100_000), bytes, 0, bytes.length);
                    if (random.nextInt(4) == 0) {
                        handle.fsync(false);
                    }
                }
            }
            case 3 -> t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(to), TestDrive.last(to), RenameMode.REPLACE);
            case 4 -> t.drive.unlink(t.parent(path), TestDrive.last(path));
            case 5 -> t.drive.setAttr(t.at(path), AttrChange.size(random.nextInt(50_000)));
            case 6 -> t.read(path);
            case 7 -> t.drive.setXattr(t.at(path), "user.a".getBytes(java.nio.charset.StandardCharsets.US_ASCII), new byte[8], false, false, false);
            case 8 -> t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(to), TestDrive.last(to), RenameMode.EXCHANGE);
            case 9 -> spans(path, random);
            case 10 -> {
                try (FileHandle from = t.drive.open(t.at((random.nextInt(4) == 0 ? "/.snapshots/now" : "") + path), false, false, false);
                     FileHandle handle = t.drive.open(t.at(to), true, false, false)) {
                    from.copyTo(random.nextInt(1000), handle, random.nextInt(100_000), 1 + random.nextInt(100_000));
                }
            }
            case 11 -> {
                try (FileHandle handle = t.drive.tmpfile(t.parent(path), 0644, TestDrive.ROOT)) {
                    handle.write(0, bytes, 0, bytes.length);
                    t.drive.link(handle.node(), t.parent(path), TestDrive.last(path));
                }
            }
            default -> t.list(t.parent(path));
        }
    }

    private void spans(String path, Random random) {
        try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
            int start = random.nextInt(50_000);
            int length = 1 + random.nextInt(50_000);
            switch (random.nextInt(4)) {
                case 0 -> handle.punch(start, length);
                case 1 -> handle.zero(start, length, random.nextBoolean());
                case 2 -> handle.allocate(start, length, random.nextBoolean());
                default -> handle.seekHole(handle.seekData(start));
            }
        }
    }

    @Test
    void filesThatAreCopiedOntoEachOtherAreWholeInEachCommit() {
        int length = 300_000;
        t.write("/a", filled(length, 1));
        t.write("/b", filled(length, 2));
        commit();
        long behind = newest() - 1;
        Race race = new Race();
        for (String[] pair : new String[][] {{"/a", "/b"}, {"/b", "/a"}}) {
            race.worker("copier from " + pair[0], 1500, i -> {
                try (FileHandle from = t.drive.open(t.at(pair[0]), false, false, false); FileHandle to = t.drive.open(t.at(pair[1]), true, false, false)) {
                    assertEquals(length, from.copyTo(0, to, 0, length));
                }
            });
        }
        race.worker("writer", 1500, i -> overwrite("/a", filled(length, i))).companion("committer", this::commit)
            .companion("reader", () -> number(t.read("/b"), "the present")).until(() -> newest() > behind + 8).run();
        everyCommit(behind, epoch -> {
            number(t.read(t.at(epoch, "/a")), "a in commit " + epoch);
            number(t.read(t.at(epoch, "/b")), "b in commit " + epoch);
        });
        assertTrue(checked.get() > 5, "only " + checked.get() + " commits");
    }

    @Test
    void anExchangeIsWholeInEachCommit() {
        t.mkdir("/x");
        t.mkdir("/y");
        t.mkdir("/y/d");
        t.write("/y/d/inside", "d");
        t.write("/x/f", "f");
        commit();
        long behind = newest() - 1;
        new Race().worker("exchanger", 12_000, i -> t.drive.rename(t.at("/x"), Name.of("f"), t.at("/y"), Name.of("d"), RenameMode.EXCHANGE)).companion("committer", this::commit)
            .until(() -> newest() > behind + 8).run();
        everyCommit(behind, epoch -> {
            boolean moved = io.amberfs.model.Mode.isDirectory(t.drive.attr(t.at(epoch, "/x/f")).mode());
            assertEquals("d", new String(t.read(t.at(epoch, moved ? "/x/f/inside" : "/y/d/inside"))));
            assertEquals("f", new String(t.read(t.at(epoch, moved ? "/y/d" : "/x/f"))));
            assertEquals(moved ? 3 : 2, t.drive.attr(t.at(epoch, "/x")).nlink());
            assertEquals(moved ? 2 : 3, t.drive.attr(t.at(epoch, "/y")).nlink());
        });
        assertTrue(checked.get() > 5, "only " + checked.get() + " commits");
    }

    private long files(Node dir) {
        return TreeComparison.list(t.drive, dir).stream().filter(entry -> !entry.name().startsWith("."))
            .mapToLong(entry -> 1 + (entry.type() == io.amberfs.model.Mode.DIRECTORY ? files(t.drive.lookup(dir, Name.of(entry.name()))) : 0)).sum();
    }

    private long bytes(Node dir) {
        return TreeComparison.list(t.drive, dir).stream().filter(entry -> !entry.name().startsWith(".")).map(entry -> t.drive.lookup(dir, Name.of(entry.name())))
            .mapToLong(node -> t.drive.attr(node).size() + (io.amberfs.model.Mode.isDirectory(t.drive.attr(node).mode()) ? bytes(node) : 0)).sum();
    }

    @Test
    void bytesThatATruncationCutOffDoNotComeBack() {
        for (int round = 0; round < 150; round++) {
            String path = "/f" + round;
            t.write(path, filled(300_000, 1));
            try (FileHandle writer = t.drive.open(t.at(path), true, false, false); FileHandle cutter = t.drive.open(t.at(path), true, false, false)) {
                new Race().worker("writer", 40, i -> writer.write(1000L * i, filled(1000, i), 0, 1000)).worker("cutter", 1, i -> cutter.truncate(10)).run();
                int size = (int) cutter.attr().size();
                byte[] expected = Arrays.copyOf(t.read(path), size);
                cutter.truncate(400_000);
                byte[] found = t.read(path);
                assertEquals(400_000, found.length);
                int nonZero = 400_000;
                while (nonZero > size && found[nonZero - 1] == 0) {
                    nonZero--;
                }
                assertEquals(size, nonZero, "round " + round + ": bytes behind the end of the file came back");
                assertTrue(Arrays.equals(expected, 0, size, found, 0, size));
            }
        }
    }

    @Test
    void aWriterThatNeverStopsDoesNotHoldBackCommits() {
        t.write("/a", "");
        byte[] bytes = new byte[1 << 20];
        new Random(3).nextBytes(bytes);
        long target = newest() + 5;
        AtomicLong at = new AtomicLong();
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            new Race().companion("writer", () -> handle.write(at.getAndAdd(bytes.length) % (64L << 20), bytes, 0, bytes.length))
                .worker("committer", 1, i -> {
                    while (newest() < target) {
                        commit();
                    }
                }).run();
        }
        assertTrue(newest() >= target);
    }
}
