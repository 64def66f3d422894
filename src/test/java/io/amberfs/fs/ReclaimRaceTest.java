package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.block.Reclaim;
import io.amberfs.model.Body;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Name;
import io.amberfs.model.Retention;
import io.amberfs.store.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocks are freed all the time, while many threads write the same few contents again and again, copy, delete and read: no file ever misses a byte. */
class ReclaimRaceTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int FILES = 4;
    private static final int LENGTH = 150_000;

    private final HookedStore store = new HookedStore();
    private final TestDrive t = new TestDrive(store);
    private final List<byte[]> contents = IntStream.range(0, 12).mapToObj(i -> bytes(SEED + i)).toList();
    private final AtomicLong freed = new AtomicLong();
    private final AtomicLong passes = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();

    @AfterEach
    void close() {
        new Race().worker("closer", 1, i -> t.close()).run();
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[LENGTH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String file(Random random) {
        return "/f" + random.nextInt(FILES);
    }

    private void work(Random random) {
        try {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> t.write(file(random), contents.get(random.nextInt(contents.size())));
                case 3 -> t.drive.unlink(Node.ROOT, Name.of(file(random).substring(1)));
                case 4 -> copy(file(random), file(random), random.nextBoolean());
                default -> read(random, random.nextBoolean());
            }
        } catch (FsException e) {
            assertTrue(List.of("ENOENT", "ESTALE", "EINVAL", "EEXIST").contains(e.errno().name()), e.toString());
        }
    }

    private void copy(String from, String to, boolean past) {
        try (FileHandle source = t.drive.open(t.at((past ? "/.snapshots/now" : "") + from), false, false, false); FileHandle target = t.drive.open(t.at(to), true, false, true)) {
            source.copyTo(0, target, 0, LENGTH);
        }
    }

    /** Each stretch of a file is one of some content: pieces of writes and copies may mix. */
    private void read(Random random, boolean past) {
        byte[] found = t.read(t.at((past ? "/.snapshots/now" : "") + file(random)));
        require(found);
        reads.incrementAndGet();
    }

    private void require(byte[] found) {
        for (int at = 0; at + 16 <= found.length; at += 4096) {
            int from = at;
            boolean known = contents.stream().anyMatch(c -> Arrays.equals(c, from, from + 16, found, from, from + 16)) || Arrays.equals(new byte[16], 0, 16, found, from, from + 16);
            assertTrue(known, "seed " + SEED + ": unknown bytes at " + at);
        }
    }

    private OpenFile dirty() {
        return t.drive.parts().files().dirty().iterator().next();
    }

    /** The contents are in no record, but their blocks are in the store. */
    private Inode goneSource() {
        t.write("/source", contents.get(0));
        t.write("/target", "");
        t.commit(60);
        Inode inode = t.drive.inode(t.drive.attr(t.at("/source")).ino());
        assertTrue(inode.body() instanceof Body.Mapped, inode.toString());
        t.drive.unlink(Node.ROOT, Name.of("source"));
        t.commit(60);
        t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
        t.drive.retainer().thin();
        return inode;
    }

    private Reclaim begun() {
        return t.drive.blocks().reclaim(false, () -> false);
    }

    private static void awaitParked(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private void sweepAndCompare(Reclaim pass) {
        assertEquals(0, pass.sweep(0, Runnable::run));
        pass.close();
        t.commit(1);
        assertTrue(t.drive.readOnly().isEmpty(), () -> t.drive.readOnly().orElse(""));
        try (TestDrive after = new TestDrive(store.rows.copy())) {
            assertArrayEquals(contents.get(0), after.read("/target"));
        }
    }

    /** A pass that has looked at all rows, and waits to condemn. @param release lets those go on who have numbers in hand */
    private Reclaim condemned(Reclaim pass, Runnable release) throws InterruptedException {
        try (Reading reading = store.reading()) {
            t.drive.volume().named(reading).forEach(pass::found);
        }
        assertTrue(pass.unnamed() > 0);
        Thread condemning = new Thread(pass::condemn);
        condemning.start();
        awaitParked(condemning);
        release.run();
        condemning.join();
        return pass;
    }

    /** The only record that named them is gone before the pass looks, and the one that will is not there yet. */
    @Test
    void blocksOnTheirWayFromOneRecordIntoAnotherStay() throws InterruptedException {
        Inode inode = goneSource();
        Reclaim pass = begun();
        try (FileHandle target = t.drive.open(t.at("/target"), true, false, false)) {
            target.write(0, new byte[1], 0, 1);
            OpenFile file = dirty();
            Gate.Pass held = file.hold();
            Thread copying = new Thread(() -> t.drive.spans().copy(t.drive.parts().head(), inode, 0, file, 0, LENGTH));
            copying.start();
            awaitParked(copying);
            condemned(pass, held::close);
            copying.join();
        }
        sweepAndCompare(pass);
    }

    /** What was deduplicated before a pass is in a record when it begins, which may be named while there was none. */
    @Test
    void aPassBeginsWhenNobodyHasNumbersFromBefore() throws InterruptedException {
        goneSource();
        CountDownLatch sealing = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        AtomicReference<Thread> sealer = new AtomicReference<>();
        Reclaim pass;
        try (FileHandle target = t.drive.open(t.at("/target"), true, false, false)) {
            target.write(0, contents.get(0), 0, LENGTH);
            OpenFile file = dirty();
            store.afterIndex = () -> {
                sealer.compareAndSet(null, Thread.currentThread());
                sealing.countDown();
                await(isHeld);
            };
            Thread syncing = new Thread(file::handOverAll);
            syncing.start();
            await(sealing);
            syncing.join();
            Gate.Pass held = file.hold();
            isHeld.countDown();
            awaitParked(sealer.get());
            AtomicReference<Reclaim> begun = new AtomicReference<>();
            Thread beginning = new Thread(() -> begun.set(begun()));
            beginning.start();
            awaitParked(beginning);
            assertTrue(beginning.isAlive());
            held.close();
            beginning.join();
            file.await();
            t.drive.sync();
            pass = begun.get();
            try (Reading reading = store.reading()) {
                t.drive.volume().named(reading).forEach(pass::found);
            }
            assertTrue(pass.condemn());
        }
        sweepAndCompare(pass);
    }

    /** Who has seen the row of the index is not done with it when the pass is. */
    @Test
    void nothingIsDeduplicatedAgainstWhatAPassHasFreed() throws InterruptedException {
        goneSource();
        CountDownLatch sealing = new CountDownLatch(1);
        CountDownLatch isSwept = new CountDownLatch(1);
        Reclaim pass = condemned(begun(), () -> { });
        try (FileHandle target = t.drive.open(t.at("/target"), true, false, false)) {
            target.write(0, contents.get(0), 0, LENGTH);
            OpenFile file = dirty();
            store.afterIndex = () -> {
                sealing.countDown();
                await(isSwept);
            };
            file.handOverAll();
            await(sealing);
            assertTrue(pass.sweep(0, Runnable::run) > 0);
            Thread closing = new Thread(pass::close);
            closing.start();
            awaitParked(closing);
            isSwept.countDown();
            closing.join();
            file.await();
        }
        t.commit(1);
        try (TestDrive after = new TestDrive(store.rows.copy())) {
            assertArrayEquals(contents.get(0), after.read("/target"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void noFileEverMissesAByte() {
        System.out.println("ReclaimRaceTest seed " + SEED);
        t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
        Race race = new Race();
        for (int w = 0; w < 4; w++) {
            Random random = new Random(SEED + 100 + w);
            race.worker("worker " + w, 1000, i -> work(random));
        }
        race.companion("committer", () -> {
            t.now.addAndGet(1000);
            t.drive.tick();
        }).companion("reclaimer", () -> {
            t.drive.retainer().thin();
            freed.addAndGet(t.drive.retainer().reclaim(false, 0, () -> false).blocks());
            passes.incrementAndGet();
        }).until(() -> freed.get() > 10 && passes.get() > 5 && reads.get() > 10).run();
        t.commit(1);
        assertTrue(t.drive.readOnly().isEmpty(), () -> t.drive.readOnly().orElse(""));
        assertTrue(freed.get() > 10 && passes.get() > 3, freed + " blocks in " + passes + " passes");
        assertTrue(reads.get() > 10, reads + " reads");
        try (TestDrive after = new TestDrive(store.rows.copy())) {
            after.list(Node.ROOT).stream().filter(name -> name.startsWith("f")).forEach(name -> require(after.read("/" + name)));
        }
    }
}
