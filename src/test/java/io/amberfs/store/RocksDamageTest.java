package io.amberfs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Clock;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damage to the files of a store: its rows are as they were, or it is refused with 13, or the rows that are hit say so; a refusal changes nothing. */
@Timeout(600)
class RocksDamageTest {
    private static final int ROWS = 30;
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());

    @TempDir
    private Path temp;
    private Path folder;
    private Map<String, byte[]> whole;

    /** With all kinds of files: runs, tables, a log that goes over two openings. */
    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(temp.resolve("store"));
        for (int part = 0; part < 3; part++) {
            try (RocksStore store = new RocksStore(folder, Clock.system(), false)) {
                for (int i = part * ROWS / 3; i < (part + 1) * ROWS / 3; i++) {
                    store.write(new Batch().put(Table.LIVE, KeyBytes.ofLong(i), new byte[] {(byte) i}).put(Table.PAST, KeyBytes.ofLong(i), new byte[60]));
                }
                store.ingest(Table.BLOCKS, List.of(new Row(KeyBytes.ofLong(part * 2L), new byte[20_000]), new Row(KeyBytes.ofLong(part * 2L + 1), new byte[20_000])));
            }
        }
        whole = files();
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith("LO")).toList()) {
                files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private void putBack() throws IOException {
        for (String name : files().keySet()) {
            if (!whole.containsKey(name)) {
                Files.delete(folder.resolve(name));
            }
        }
        for (Map.Entry<String, byte[]> file : whole.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    private String only(String start) {
        List<String> found = whole.keySet().stream().filter(name -> name.substring(name.lastIndexOf('/') + 1).startsWith(start)).toList();
        assertEquals(1, found.size(), () -> "of " + start + ": " + found);
        return found.get(0);
    }

    private RocksStore open(boolean acceptLoss) {
        return new RocksStore(folder, Clock.system(), acceptLoss);
    }

    /** @return what was said */
    private String refused(String which) throws IOException {
        Map<String, byte[]> before = files();
        Refusal refusal = assertThrows(Refusal.class, () -> open(false).close(), which);
        assertEquals(ExitCode.DAMAGE, refusal.code(), which);
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
        Map<String, byte[]> after = files();
        assertEquals(before.keySet(), after.keySet(), () -> which + ": it says that nothing was changed");
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), which + ": it says that nothing was changed, and changed " + name));
        return refusal.getMessage();
    }

    private void opensWholeOrIsRefused(String which) throws IOException {
        try (RocksStore store = open(false)) {
            requireRows(store, which);
        } catch (Refusal e) {
            refused(which);
        }
        putBack();
    }

    private static void requireRows(RocksStore store, String which) {
        for (int i = 0; i < ROWS; i++) {
            try {
                assertArrayEquals(new byte[] {(byte) i}, store.get(Table.LIVE, KeyBytes.ofLong(i)).orElseThrow(() -> new AssertionError(which + ": a row is gone")), which);
                assertEquals(60, store.get(Table.PAST, KeyBytes.ofLong(i)).orElseThrow(() -> new AssertionError(which + ": a row is gone")).length, which);
            } catch (CorruptException e) {
                assertTrue(which.contains(".sst"), () -> which + ": " + e.getMessage());
            }
        }
        for (int i = 0; i < 6; i++) {
            try {
                assertArrayEquals(new byte[20_000], store.get(Table.BLOCKS, KeyBytes.ofLong(i)).orElseThrow(() -> new AssertionError(which + ": a block is gone")), which);
            } catch (CorruptException e) {
                assertTrue(which.contains(".sst"), () -> which + ": " + e.getMessage());
            }
        }
    }

    private void flip(String name, int at, int bit) throws IOException {
        byte[] bytes = whole.get(name).clone();
        bytes[at] ^= (byte) (1 << bit);
        Files.write(folder.resolve(name), bytes);
    }

    @Test
    void flippedBitsOfTheFileCurrentAreRefusedOrHarmless() throws IOException {
        String current = only("CURRENT");
        for (int bit = 0; bit < whole.get(current).length * 8; bit += 3) {
            flip(current, bit / 8, bit % 8);
            opensWholeOrIsRefused("bit " + bit + " of " + current);
        }
    }

    @Test
    void flippedBitsOfTheManifestAreRefused() throws IOException {
        String manifest = only("MANIFEST");
        int length = whole.get(manifest).length;
        for (int at = 0; at < length; at += Math.max(1, length / 40)) {
            flip(manifest, at, at % 8);
            String said = refused("byte " + at + " of " + manifest);
            assertTrue(said.contains("Put back " + folder.resolve("rows") + " from a copy"), said);
            putBack();
        }
    }

    /** Some types make RocksDB take the rest for the end, or never return. */
    @Test
    void everyFlippedBitInTheHeaderOfARecordIsRefused() throws IOException {
        for (String name : List.of(only("MANIFEST"), largestLog())) {
            byte[] bytes = whole.get(name);
            int second = 7 + (bytes[4] & 0xff | (bytes[5] & 0xff) << 8);
            for (int bit = 0; bit < 7 * 8; bit++) {
                flip(name, second + bit / 8, bit % 8);
                refused("bit " + bit + " of the second record of " + name);
                Files.write(folder.resolve(name), bytes);
            }
        }
    }

    @Test
    void aLossThatIsAcceptedEndsBeforeTheFirstDamagedRecord() throws IOException {
        String log = largestLog();
        byte[] bytes = whole.get(log);
        int second = 7 + (bytes[4] & 0xff | (bytes[5] & 0xff) << 8);
        for (int type : new int[] {0, 3, 5, 8, 11, 200}) {
            byte[] damaged = bytes.clone();
            damaged[second + 6] = (byte) type;
            Files.write(folder.resolve(log), damaged);
            assertTrue(refused("type " + type).contains("--accept-loss"));
            try (RocksStore store = open(true)) {
                assertTrue(store.get(Table.LIVE, KeyBytes.ofLong(ROWS * 2 / 3)).isPresent(), "type " + type);
                assertFalse(store.get(Table.LIVE, KeyBytes.ofLong(ROWS * 2 / 3 + 1)).isPresent(), "type " + type);
            }
            open(false).close();
            putBack();
        }
    }

    private String largestLog() {
        return whole.keySet().stream().filter(name -> name.endsWith(".log")).max(java.util.Comparator.comparing(name -> whole.get(name).length)).orElseThrow();
    }

    @Test
    void flippedBitsOfAnyFileLoseNothingUnnoticed() throws IOException {
        Random random = new Random(SEED);
        List<String> names = new ArrayList<>(whole.keySet());
        for (int i = 0; i < Integer.getInteger("amberfs.flips", 60); i++) {
            String name = names.get(random.nextInt(names.size()));
            if (whole.get(name).length > 0) {
                int at = random.nextInt(whole.get(name).length);
                int bit = random.nextInt(8);
                flip(name, at, bit);
                opensWholeOrIsRefused("seed " + SEED + ": bit " + bit + " at " + at + " of " + name);
            }
        }
    }

    @Test
    void aFileThatIsMissingIsRefusedAndNeverReplacedByAnEmptyDatabase() throws IOException {
        for (String name : whole.keySet()) {
            Files.delete(folder.resolve(name));
            boolean needless = name.contains("OPTIONS") || name.contains("IDENTITY");
            if (needless || whole.get(name).length == 0) {
                opensWholeOrIsRefused(name + " is missing");
            } else {
                refused(name + " is missing");
                putBack();
            }
        }
    }

    @Test
    void aShortFileIsRefusedOrSaysSoWhereItIsHit() throws IOException {
        for (String name : whole.keySet()) {
            byte[] bytes = whole.get(name);
            for (int length : bytes.length == 0 ? new int[0] : new int[] {bytes.length / 2, bytes.length - 1}) {
                Files.write(folder.resolve(name), Arrays.copyOf(bytes, length));
                opensWholeOrIsRefused(name + " has " + length + " of " + bytes.length + " bytes");
            }
        }
    }

    @Test
    void aMarkOfAnotherVersionIsRefusedWithBothVersionsNamed() throws IOException {
        byte[] other = whole.get("synced").clone();
        other[7] = 1;
        other[519] = 1;
        Files.write(folder.resolve("synced"), other);
        String said = assertThrows(UnsupportedFormatException.class, () -> open(false)).getMessage();
        assertTrue(said.contains("synced has format version 1, this amberfs reads version 2"), said);
        try (RocksStore store = open(true)) {
            requireRows(store, "accepted");
        }
    }

    @Test
    void oneSlotOfTheMarkIsEnoughAndWithoutBothTheLossMustBeAccepted() throws IOException {
        for (int at : new int[] {0, 5, 10, 20, 26, 512, 530, 538}) {
            flip("synced", at, 3);
            try (RocksStore store = open(false)) {
                requireRows(store, "byte " + at + " of the mark");
            }
            putBack();
        }
        byte[] both = whole.get("synced").clone();
        both[9] ^= 1;
        both[521] ^= 1;
        Files.write(folder.resolve("synced"), both);
        assertTrue(refused("both slots").contains("synced is damaged"));
        try (RocksStore store = open(true)) {
            requireRows(store, "accepted");
        }
        try (RocksStore store = open(false)) {
            requireRows(store, "and from then on as ever");
        }
    }

    @Test
    void aLogThatLostItsEndIsRefusedWithNothingChanged() throws IOException {
        String log = largestLog();
        for (int length : new int[] {0, whole.get(log).length / 3, whole.get(log).length - 20}) {
            Files.write(folder.resolve(log), Arrays.copyOf(whole.get(log), length));
            assertTrue(refused("a log of " + length + " bytes").contains("--accept-loss"));
        }
    }

    @Test
    void aGapInTheLogOfOneRunIsRefused() throws IOException {
        byte[] value = new byte[80];
        List<String> logs = List.of();
        try (RocksStore store = open(false)) {
            // The older logs go as soon as their rows are in tables, which takes as long as it takes.
            for (int i = 0; i < 3_000_000 && logs.size() < 2; ) {
                Batch batch = new Batch();
                for (int end = i + 1000; i < end; i++) {
                    batch.put(Table.LIVE, KeyBytes.ofLong(100 + i), value).put(Table.PAST, KeyBytes.ofLong(100 + i / 3), value);
                }
                store.write(batch);
                if (logs(folder.resolve("rows").toFile().list()).size() > 1) {
                    whole = files();
                    logs = logs(whole.keySet().toArray(new String[0]));
                }
            }
        }
        putBack();
        assertTrue(logs.size() > 1, () -> "there are several logs: " + whole.keySet());
        for (String log : logs) {
            Files.delete(folder.resolve(log));
            refused(log + " is missing");
            Files.write(folder.resolve(log), Arrays.copyOf(whole.get(log), whole.get(log).length / 2));
            refused(log + " is short");
            Files.write(folder.resolve(log), whole.get(log));
        }
    }

    private static List<String> logs(String[] names) {
        return Arrays.stream(names).filter(name -> name.endsWith(".log")).toList();
    }

    @Test
    void aMakingThatWasCutShortIsBegunAnew() throws IOException {
        for (String left : List.of("rows/MANIFEST-000001", "rows/000004.log", "synced")) {
            Path fresh = Files.createDirectory(temp.resolve("fresh" + left.hashCode()));
            Files.createDirectories(fresh.resolve(left).getParent());
            Files.write(fresh.resolve(left), new byte[0]);
            try (RocksStore store = new RocksStore(fresh, Clock.system(), false)) {
                store.write(new Batch().put(Table.LIVE, KeyBytes.ofLong(1), new byte[] {1}));
            }
            try (RocksStore store = new RocksStore(fresh, Clock.system(), false)) {
                assertTrue(store.get(Table.LIVE, KeyBytes.ofLong(1)).isPresent(), left);
            }
        }
    }
}
