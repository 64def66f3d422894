package io.amberfs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Clock;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest implements StoreContract {
    @TempDir
    private Path temp;
    private Optional<RocksStore> open = Optional.empty();

    @Override
    public Store store() {
        return open.orElseGet(() -> open(temp));
    }

    @AfterEach
    void close() {
        open.ifPresent(RocksStore::close);
    }

    private RocksStore open(Path folder) {
        RocksStore store = new RocksStore(folder, Clock.system(), false);
        open = Optional.of(store);
        return store;
    }

    private void reopen() {
        close();
        open(temp);
    }

    private static byte[] key(int number) {
        return KeyBytes.ofLong(number);
    }

    private void write(int number) {
        store().write(new Batch().put(Table.LIVE, key(number), new byte[] {(byte) number}).put(Table.PAST, key(number), new byte[100]));
    }

    /** A copy of all files as they are now: what a process that was killed leaves. */
    private Path killed(String name) throws IOException {
        Path copy = Files.createDirectory(temp.resolve(name));
        for (String part : List.of("rows", "runs", "synced")) {
            try (Stream<Path> files = Files.walk(temp.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(temp.relativize(file)));
                }
            }
        }
        return copy;
    }

    private static Path log(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("rows"))) {
            return files.filter(file -> file.toString().endsWith(".log")).max((one, other) -> Long.compare(size(one), size(other))).orElseThrow();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rowsAreThereAfterReopening() {
        write(1);
        store().ingest(Table.BLOCKS, List.of(new Row(key(1), new byte[300_000]), new Row(key(2), new byte[1])));
        reopen();
        assertArrayEquals(new byte[] {1}, store().get(Table.LIVE, key(1)).orElseThrow());
        assertEquals(300_000, store().get(Table.BLOCKS, key(1)).orElseThrow().length);
        reopen();
        assertTrue(store().get(Table.BLOCKS, key(2)).isPresent());
    }

    @Test
    void everyBatchThatReturnedIsThereAfterAKill() throws IOException {
        for (int i = 0; i < 50; i++) {
            write(i);
        }
        store().ingest(Table.BLOCKS, List.of(new Row(key(7), new byte[100_000])));
        Path killed = killed("killed");
        try (RocksStore after = new RocksStore(killed, Clock.system(), false)) {
            for (int i = 0; i < 50; i++) {
                assertArrayEquals(new byte[] {(byte) i}, after.get(Table.LIVE, key(i)).orElseThrow());
            }
            assertTrue(after.get(Table.BLOCKS, key(7)).isPresent());
        }
    }

    @Test
    void aLogThatLostItsEndIsRefusedUntilTheLossIsAccepted() throws IOException {
        for (int i = 0; i < 50; i++) {
            write(i);
        }
        Path killed = killed("killed");
        Path log = log(killed);
        Files.write(log, Arrays.copyOf(Files.readAllBytes(log), (int) size(log) / 2));
        Refusal refusal = assertThrows(Refusal.class, () -> new RocksStore(killed, Clock.system(), false));
        assertEquals(ExitCode.DAMAGE, refusal.code());
        assertThrows(Refusal.class, () -> new RocksStore(killed, Clock.system(), false), "a refusal does not change what is refused");
        new RocksStore(killed, Clock.system(), true).close();
        try (RocksStore after = new RocksStore(killed, Clock.system(), false)) {
            assertTrue(after.get(Table.LIVE, key(5)).isPresent());
            assertFalse(after.get(Table.LIVE, key(49)).isPresent());
        }
    }

    @Test
    void noFlippedBitOfTheLogGoesUnnoticedOrGivesWrongRows() throws IOException {
        for (int i = 0; i < 12; i++) {
            write(i);
        }
        byte[] log = Files.readAllBytes(log(killed("whole")));
        for (int at = 3; at < log.length; at += 97) {
            Path killed = killed("flip" + at);
            byte[] flipped = log.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(log(killed), flipped);
            int flip = at;
            try (RocksStore after = new RocksStore(killed, Clock.system(), false)) {
                for (int i = 0; i < 12; i++) {
                    assertArrayEquals(new byte[] {(byte) i}, after.get(Table.LIVE, key(i)).orElseThrow(() -> new AssertionError("a row was lost by a flip at " + flip)));
                }
            } catch (Refusal e) {
                assertEquals(ExitCode.DAMAGE, e.code());
            }
        }
    }

    @Test
    void aBatchThatWasBeingWrittenWhenTheProcessDiedIsDropped() throws IOException {
        for (int i = 0; i < 5; i++) {
            write(i);
        }
        byte[] synced = Files.readAllBytes(temp.resolve("synced"));
        write(5);
        Path killed = killed("killed");
        Files.write(killed.resolve("synced"), synced);
        Path log = log(killed);
        Files.write(log, Arrays.copyOf(Files.readAllBytes(log), (int) size(log) - 3));
        try (RocksStore after = new RocksStore(killed, Clock.system(), false)) {
            assertTrue(after.get(Table.LIVE, key(4)).isPresent());
            assertFalse(after.get(Table.LIVE, key(5)).isPresent() || after.get(Table.PAST, key(5)).isPresent());
        }
    }

    @Test
    void leftoversOfARunAreDeletedAndDoNotHarm() throws IOException {
        store();
        close();
        Files.write(temp.resolve("runs/1.sst"), new byte[] {1, 2, 3});
        open(temp);
        assertFalse(Files.exists(temp.resolve("runs/1.sst")));
        store().ingest(Table.BLOCKS, List.of(new Row(key(1), new byte[1])));
    }

    /** Run in another process: tries to own the store in {@code args[0]}; the exit code says what came of it. */
    public static final class Owner {
        public static void main(String[] args) {
            try (OwnerLock lock = new OwnerLock(Path.of(args[0]))) {
                System.exit(0);
            } catch (Refusal e) {
                System.exit(e.code().number());
            }
        }
    }

    private int owner() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
            Owner.class.getName(), temp.toString()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return process.exitValue();
    }

    @Test
    void aStoreHasOneOwner() throws IOException, InterruptedException {
        try (OwnerLock lock = new OwnerLock(temp)) {
            assertEquals(ExitCode.IN_USE.number(), owner());
            assertEquals(ExitCode.IN_USE, assertThrows(Refusal.class, () -> new OwnerLock(temp)).code());
            assertEquals(ExitCode.IN_USE.number(), owner(), "another attempt in the owner's process gave the lock away");
        }
        assertEquals(0, owner());
    }
}
