package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.block.Reclaim;
import io.amberfs.fs.DirHandle;
import io.amberfs.fs.FileHandle;
import io.amberfs.fs.Node;
import io.amberfs.fs.TestDrive;
import io.amberfs.history.Point;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Retention;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Writers, snapshots, thinning, reclaim, readers of the past and crashes, one after the other and within each other, by chance: no instant that is kept is ever another than it was,
 * and in the end nothing is lost or left over. {@code -Damberfs.interleavings=10000} runs as many of them.
 */
class InterleavingTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int COUNT = Integer.getInteger("amberfs.interleavings", 150);
    private static final long MINUTE = 60_000_000_000L;

    private record Reader(FileHandle handle, byte[] expected) {
    }

    private final Map<Long, Integer> known = new HashMap<>();
    private final List<Reader> readers = new ArrayList<>();
    private final StringBuilder done = new StringBuilder();
    private Random random;
    private Bench bench;
    private RandomLife life;

    @Test
    void noKeptInstantEverChanges() {
        System.out.println("InterleavingTest seed " + SEED);
        for (long seed = SEED; seed < SEED + COUNT; seed++) {
            random = new Random(seed);
            bench = new Bench();
            life = new RandomLife(bench, seed).staying();
            known.clear();
            done.setLength(0);
            try {
                for (int i = 0; i < 12; i++) {
                    action();
                    newest();
                }
                end();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " after" + done + ": " + e, e);
            } finally {
                readers.forEach(reader -> reader.handle.close());
                readers.clear();
                bench.close();
            }
        }
    }

    private void action() {
        int what = random.nextInt(9);
        done.append(' ').append(what);
        switch (what) {
            case 0, 1, 2 -> work(1 + random.nextInt(12));
            case 3 -> {
                bench.t.now.addAndGet(1 + random.nextInt(3) * MINUTE * (1 + random.nextInt(2000)));
                bench.t.drive.snapshot("s" + random.nextInt(1_000_000_000));
            }
            case 4 -> thin();
            case 5 -> reclaim();
            case 6 -> read();
            case 7 -> crash();
            default -> bench.t.commit(random.nextInt(100_000));
        }
    }

    private void work(int steps) {
        for (int i = 0; i < steps; i++) {
            life.one();
        }
    }

    private void thin() {
        bench.t.drive.retainer().retain(new Retention(random.nextInt(3) * MINUTE, random.nextInt(3) * 60 * MINUTE, random.nextInt(3) * 1440 * MINUTE, random.nextInt(3) * 14_400 * MINUTE, 0));
        bench.t.drive.retainer().thin();
    }

    /** While others go on working. */
    private void reclaim() {
        boolean[] isWithin = new boolean[1];
        int breaks = random.nextInt(20) == 0 ? random.nextInt(40) : Integer.MAX_VALUE;
        int[] asked = new int[1];
        try {
            bench.t.drive.retainer().reclaim(false, random.nextBoolean() ? 0 : 0.2, () -> {
                if (!isWithin[0] && random.nextInt(6) == 0) {
                    isWithin[0] = true;
                    work(1 + random.nextInt(3));
                    isWithin[0] = false;
                }
                return ++asked[0] > breaks;
            });
        } catch (Reclaim.Stopped e) {
            done.append("(stopped)");
        }
    }

    /** Goes on with one that is open, or opens another. */
    private void read() {
        if (!readers.isEmpty() && random.nextBoolean()) {
            Reader reader = readers.get(random.nextInt(readers.size()));
            assertArrayEquals(reader.expected, contents(reader.handle), "what is open in the past");
            if (random.nextBoolean()) {
                reader.handle.close();
                readers.remove(reader);
            }
            return;
        }
        List<Point> points = bench.t.drive.volume().timeline().points();
        if (points.isEmpty()) {
            return;
        }
        List<Node> files = new ArrayList<>();
        files(bench.t.drive.resolve(Optional.of(points.get(random.nextInt(points.size())).epoch()), List.of()), files);
        if (!files.isEmpty()) {
            FileHandle handle = bench.t.drive.open(files.get(random.nextInt(files.size())), false, false, false);
            readers.add(new Reader(handle, contents(handle)));
        }
    }

    private static byte[] contents(FileHandle handle) {
        byte[] bytes = new byte[(int) handle.attr().size()];
        for (int from = 0; from < bytes.length; ) {
            int at = from;
            int count = handle.read(from, Math.min(bytes.length - from, 128 << 10), (place, source, offset, length) -> System.arraycopy(source, offset, bytes, at + place, length));
            assertTrue(count > 0, "a file ends before its size");
            from += count;
        }
        return bytes;
    }

    /** The machine stops somewhere within one of the others. */
    private void crash() {
        readers.forEach(reader -> reader.handle.close());
        readers.clear();
        int[] left = {random.nextInt(6)};
        MemoryStore[] found = new MemoryStore[1];
        bench.store.watch(step -> {
            if (left[0]-- == 0) {
                found[0] = step.outcomes().get(random.nextInt(step.outcomes().size()));
            }
        });
        int what = random.nextInt(4);
        done.append("(in ").append(what).append(')');
        switch (what) {
            case 0 -> work(5);
            case 1 -> thin();
            case 2 -> reclaim();
            default -> bench.t.commit(1);
        }
        MemoryStore after = found[0] == null ? bench.store.copy() : found[0];
        bench.store.watch(step -> { });
        long now = bench.t.now.get();
        bench.close();
        bench = new Bench(after);
        bench.t.now.set(now);
        life = life.in(bench);
        long newest = bench.t.drive.volume().timeline().newestEpoch();
        known.keySet().removeIf(epoch -> epoch > newest);
        // What was only about to be committed may be another than what was seen, so the newest is looked at again.
        assertEquals(List.of(), bench.check(), "after a crash");
    }

    private void newest() {
        long newest = bench.t.drive.volume().timeline().newestEpoch();
        if (newest > 0 && !known.containsKey(newest)) {
            known.put(newest, hash(newest));
        }
    }

    private int hash(long epoch) {
        return Picture.of(bench.t, epoch).hashCode();
    }

    private void files(Node node, List<Node> files) {
        int mode = bench.t.drive.attr(node).mode();
        if (Mode.isFile(mode)) {
            files.add(node);
        } else if (Mode.isDirectory(mode)) {
            List<Name> names = new ArrayList<>();
            try (DirHandle handle = bench.t.drive.openDir(node)) {
                handle.read(2, (name, type, ino, number, cookie) -> names.add(Name.of(name)));
            }
            names.forEach(name -> files(bench.t.drive.lookup(node, name), files));
        }
    }

    private void end() {
        for (Reader reader : readers) {
            assertArrayEquals(reader.expected, contents(reader.handle), "what is open in the past");
            reader.handle.close();
        }
        readers.clear();
        requireKept();
        thin();
        while (bench.t.drive.tick().isPresent()) {
            bench.t.now.incrementAndGet();
        }
        bench.t.drive.retainer().reclaim(false, 0, () -> false);
        requireKept();
        assertEquals(List.of(), bench.check(true), "in the end");
        assertEquals(0, bench.t.drive.retainer().reclaim(true, 0, () -> false).blocks(), "nothing is left over");
    }

    private void requireKept() {
        List<Long> kept = bench.t.drive.volume().timeline().points().stream().map(Point::epoch).collect(Collectors.toList());
        kept.retainAll(known.keySet());
        for (long epoch : kept) {
            assertEquals(known.get(epoch), hash(epoch), "instant " + epoch);
        }
    }
}
