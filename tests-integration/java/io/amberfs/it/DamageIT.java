package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.daemon.Failure;
import io.amberfs.model.Clock;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Fault;
import io.amberfs.model.Refusal;
import io.amberfs.store.Batch;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.RocksStore;
import io.amberfs.store.Table;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bits flipped anywhere in a store; {@code -Damberfs.damages=N} damages more copies, {@code -Damberfs.seed=N} repeats a run. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class DamageIT {
    private static final int DAMAGES = Integer.getInteger("amberfs.damages", 120);
    private static final int FLIPS_MAX = 4;
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final Set<ExitCode> REFUSALS = Set.of(ExitCode.DAMAGE, ExitCode.FORMAT);
    /** The log is for people, and the rest means nothing or is made anew. */
    private static final Set<String> NO_DATA = Set.of("log", "lock", "control", "LOCK");

    /** A store as it should be. @param read its newest commit @param epoch the same once it is opened for writing, which commits what a crash left recorded without one */
    private record Original(Path folder, Path keyFile, long read, long epoch, TreeMap<String, String> present, TreeMap<String, String> snapshot) {
    }

    /** One bit; made twice it is as if it had never been. */
    private record Flip(Path file, long at, int bit) {
        void make() throws IOException {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.seek(at);
                int old = bytes.read();
                bytes.seek(at);
                bytes.write(old ^ 1 << bit);
            }
        }

        @Override
        public String toString() {
            return "bit " + bit + " at " + at + " of " + file.getFileName() + " (" + size(file) + " bytes)";
        }
    }

    private final Random random = new Random(SEED);
    private final Map<ExitCode, Integer> refusals = new EnumMap<>(ExitCode.class);
    private int unharmed;
    private int partly;

    @Test
    void flippedBitsNeverGiveWrongBytesOrAnOlderStateAndNeverACrash() throws Exception {
        try (MountedDrive drive = MountedDrive.mounted()) {
            List<Original> originals = originals(drive);
            for (int damage = 0; damage < DAMAGES; damage++) {
                Original original = originals.get(damage % originals.size());
                boolean readOnly = random.nextInt(3) > 0;
                Path store = original.folder();
                if (!readOnly) {
                    store = drive.root().resolve("damaged");
                    drive.shell().run("cp", "-a", original.folder(), store).ok();
                }
                List<Flip> flips = damage(store);
                judge(original, store, readOnly, "seed " + SEED + ", damage " + damage + " to " + original.folder().getFileName() + (readOnly ? ", read-only: " : ": ") + flips);
                if (readOnly) {
                    for (Flip flip : flips) {
                        flip.make();
                    }
                } else {
                    drive.shell().run("rm", "-rf", store).ok();
                }
            }
            for (Original original : originals) {
                assertEquals(original.epoch(), original(drive, original.folder(), original.keyFile()).epoch(), "what was flipped for reading was flipped back");
            }
        }
        System.out.println("DamageIT: " + DAMAGES + " damaged copies, seed " + SEED + ": " + unharmed + " unharmed, " + partly + " partly readable, refused " + refusals);
    }

    @Test
    void aDamagedBlockCostsTheFileThatItHitsAndNoOther() throws Exception {
        try (MountedDrive drive = MountedDrive.mounted()) {
            byte[] hit = Pattern.bytes(1, 0, 4 << 20);
            byte[] spared = Pattern.bytes(2, 0, 3 << 20);
            Files.write(drive.at("hit"), hit);
            drive.snapshot("before");
            Files.write(drive.at("spared"), spared);
            drive.remount();
            drive.umount();
            flipBlock(drive.store());
            drive.mount();
            assertThrows(IOException.class, () -> Files.readAllBytes(drive.at("hit")));
            assertThrows(IOException.class, () -> Files.readAllBytes(drive.past("before").resolve("hit")));
            assertArrayEquals(spared, Files.readAllBytes(drive.at("spared")));
            Outcome check = drive.amberfs("check", "--read-data");
            assertEquals(13, check.exit(), check::toString);
            assertTrue(check.out().contains("hit") && !check.out().contains("spared"), check::toString);
            Files.write(drive.at("hit"), hit);
            drive.remount();
            assertArrayEquals(hit, Files.readAllBytes(drive.at("hit")), "written once more it is whole: its damaged block is not used again");
        }
    }

    @Test
    void aDamagedRecordOfTheNewestCommitIsToldAndOnlyThatInstantIsGivenUp() throws Exception {
        try (MountedDrive drive = MountedDrive.mounted()) {
            Files.writeString(drive.at("file"), "first");
            drive.snapshot("first");
            Files.writeString(drive.at("file"), "second");
            drive.umount();
            long epoch = ((Number) drive.status().get("epoch")).longValue();
            damageCommit(drive.store(), epoch);
            String said = drive.amberfs("mount", drive.path()).refused(13);
            assertTrue(said.contains("the newest commit, " + epoch) && said.contains("--accept-loss") && said.contains("--read-only"), said);
            Outcome check = drive.amberfs("check");
            assertEquals(13, check.exit(), check::toString);
            assertTrue(check.out().contains("commit " + epoch), check::toString);
            assertEquals("second", drive.amberfs("cat", "file").ok());
            try (OpenedStore store = new OpenedStore(drive.store(), keyFile(drive), false, true)) {
                assertArrayEquals("second".getBytes(StandardCharsets.UTF_8), store.file("file").orElseThrow());
                assertEquals(epoch + 1, store.drive().snapshot("third").epoch());
                assertTrue(store.snapshot("first").isPresent());
            }
            try (OpenedStore store = new OpenedStore(drive.store(), keyFile(drive), false, false)) {
                assertEquals(epoch + 1, store.epoch());
            }
        }
    }

    private static void damageCommit(Path folder, long epoch) {
        byte[] key = KeyBytes.join(new byte[] {'c', 0, 1}, epoch);
        try (RocksStore store = new RocksStore(folder, Clock.system(), false)) {
            byte[] row = store.get(Table.COMMITS, key).orElseThrow();
            row[row.length - 1] ^= 1;
            store.write(new Batch().put(Table.COMMITS, key, row));
        }
    }

    /** In the first block of all, wherever the database has put it. */
    private static void flipBlock(Path folder) throws IOException {
        byte[] row;
        try (RocksStore store = new RocksStore(folder, Clock.system(), false, true)) {
            row = store.get(Table.BLOCKS, KeyBytes.ofLong(1)).orElseThrow();
        }
        String start = new String(row, 0, 64, StandardCharsets.ISO_8859_1);
        int found = 0;
        for (Path file : files(folder)) {
            int at = file.toString().endsWith(".sst") ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(start) : -1;
            if (at >= 0) {
                new Flip(file, at + row.length / 2, 0).make();
                found++;
            }
        }
        assertTrue(found > 0, "the first block is in a table");
    }

    /** The same drive after its daemon was killed, when much lies in the log, and after it ended, with an open in between, when more lies in tables. */
    private List<Original> originals(MountedDrive drive) throws IOException {
        Path keyFile = keyFile(drive);
        fill(drive);
        drive.kill();
        Path killed = drive.root().resolve("killed");
        drive.shell().run("cp", "-a", drive.store(), killed).ok();
        drive.mount();
        Files.write(drive.at("later"), Pattern.bytes(99, 0, 40_000));
        drive.remount();
        Files.write(drive.at("latest"), Pattern.bytes(98, 0, 400_000));
        drive.umount();
        Path ended = drive.root().resolve("ended");
        drive.shell().run("cp", "-a", drive.store(), ended).ok();
        return List.of(original(drive, killed, keyFile), original(drive, ended, keyFile));
    }

    private static Path keyFile(MountedDrive drive) throws IOException {
        try (Stream<Path> keys = Files.list(drive.root().resolve("config/amberfs"))) {
            return keys.findFirst().orElseThrow();
        }
    }

    private static Original original(MountedDrive drive, Path folder, Path keyFile) {
        Path copy = drive.root().resolve("copy");
        drive.shell().run("cp", "-a", folder, copy).ok();
        long read;
        try (OpenedStore store = new OpenedStore(copy, keyFile, true, false)) {
            read = store.epoch();
        }
        try (OpenedStore store = new OpenedStore(copy, keyFile, false, false)) {
            TreeMap<String, String> present = store.tree(Optional.empty());
            TreeMap<String, String> snapshot = store.tree(store.snapshot("kept"));
            assertTrue(present.size() > 50 && snapshot.size() > 50, () -> "the trees are there: " + present.size() + " and " + snapshot.size());
            assertFalse(present.containsValue(OpenedStore.UNREADABLE) || snapshot.containsValue(OpenedStore.UNREADABLE), "the trees are whole");
            assertEquals(List.of(), store.findings());
            return new Original(folder, keyFile, read, store.epoch(), present, snapshot);
        } finally {
            drive.shell().run("rm", "-rf", copy).ok();
        }
    }

    private static void fill(MountedDrive drive) {
        drive.shell().python("""
            import os, random, sys
            os.chdir(sys.argv[1])
            r = random.Random(7)
            for d in range(8):
                os.mkdir(f'd{d}')
                for f in range(12):
                    with open(f'd{d}/f{f}', 'wb') as file:
                        file.write(r.randbytes(r.choice([0, 10, 900, 5000, 40000, 150000])))
                os.symlink(f'../d{d}/f0', f'd{d}/link')
                os.link(f'd{d}/f1', f'd{d}/hard')
                os.setxattr(f'd{d}/f2', 'user.note', r.randbytes(50))
            with open('big', 'wb') as file:
                file.write(r.randbytes(1500000))
            with open('sparse', 'wb') as file:
                file.truncate(50000000)
                file.seek(30000000)
                file.write(b'x' * 5000)
            """, drive.path()).ok();
        drive.snapshot("kept");
        drive.shell().python("""
            import os, random, sys
            os.chdir(sys.argv[1])
            r = random.Random(8)
            for d in range(0, 8, 2):
                for f in range(0, 12, 3):
                    os.remove(f'd{d}/f{f}')
                os.rename(f'd{d}', f'e{d}')
            with open('big', 'r+b') as file:
                for i in range(20):
                    file.seek(r.randrange(1400000))
                    file.write(r.randbytes(4096))
                os.fsync(file.fileno())
            os.sync()
            """, drive.path()).ok();
    }

    private List<Flip> damage(Path store) throws IOException {
        List<Path> files = files(store);
        long total = files.stream().mapToLong(DamageIT::size).sum();
        List<Flip> flips = new ArrayList<>();
        for (int i = 1 + random.nextInt(FLIPS_MAX); i > 0; i--) {
            Path file = files.get(random.nextInt(files.size()));
            if (random.nextBoolean()) {
                long at = random.nextLong(total);
                for (Path each : files) {
                    if (at < size(each)) {
                        file = each;
                        break;
                    }
                    at -= size(each);
                }
            }
            long at = random.nextInt(3) == 0 ? size(file) - 1 - random.nextLong(Math.min(size(file), 2000)) : random.nextLong(size(file));
            Flip flip = new Flip(file, at, random.nextInt(8));
            flip.make();
            flips.add(flip);
        }
        return flips;
    }

    private void judge(Original original, Path copy, boolean readOnly, String where) {
        try (OpenedStore store = new OpenedStore(copy, original.keyFile(), readOnly, false)) {
            List<String> findings = store.findings();
            boolean told = readOnly && !store.told().isEmpty() && !findings.isEmpty();
            long newest = readOnly ? original.read() : original.epoch();
            assertTrue(store.epoch() >= newest || told, () -> where + ": the newest commit is " + store.epoch() + ", and was " + newest);
            boolean whole = compare(original.present(), store.tree(Optional.empty()), where + ": now", findings);
            Optional<Long> snapshot = snapshot(store);
            assertTrue(snapshot.isPresent() || !findings.isEmpty(), () -> where + ": the snapshot is gone, and check does not say so");
            if (snapshot.isPresent()) {
                whole &= compare(original.snapshot(), store.tree(snapshot), where + ": snapshot", findings);
            }
            unharmed += whole ? 1 : 0;
            partly += whole ? 0 : 1;
        } catch (Refusal | Fault e) {
            Failure failure = Failure.of(e);
            refusals.merge(failure.code(), 1, Integer::sum);
            assertTrue(REFUSALS.contains(failure.code()), () -> where + ": exit code " + failure.code() + " for: " + failure.message());
            assertFalse(failure.message().contains("Exception") || failure.message().contains("\n"), () -> where + ": " + failure.message());
        } catch (RuntimeException e) {
            throw new AssertionError(where + ": " + e, e);
        }
    }

    private static Optional<Long> snapshot(OpenedStore store) {
        try {
            return store.snapshot("kept");
        } catch (CorruptException e) {
            return Optional.empty();
        }
    }

    /** @return whether everything could be read */
    private static boolean compare(Map<String, String> expected, Map<String, String> found, String where, List<String> findings) {
        boolean whole = true;
        for (Map.Entry<String, String> each : expected.entrySet()) {
            String path = each.getKey();
            Optional<String> is = Optional.ofNullable(found.get(path));
            if (!is.equals(Optional.of(each.getValue()))) {
                whole = false;
                assertTrue(is.orElse(OpenedStore.UNREADABLE).equals(OpenedStore.UNREADABLE), () -> where + ": " + path + " is\n" + is + ", and was\n" + each.getValue());
                assertFalse(findings.isEmpty(), () -> where + ": " + path + " is " + is + ", and check finds nothing");
            }
        }
        for (String path : found.keySet()) {
            assertTrue(expected.containsKey(path), () -> where + ": " + path + " never was there");
        }
        return whole;
    }

    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> walk = Files.walk(store)) {
            return walk.filter(file -> Files.isRegularFile(file) && size(file) > 0 && !NO_DATA.contains(file.getFileName().toString())).sorted().toList();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }
}
