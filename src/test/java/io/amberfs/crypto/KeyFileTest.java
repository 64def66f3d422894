package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyFileTest {
    private static final StoreId STORE = new StoreId(new CountingEntropy(50).bytes(16));
    private static final String EXAMPLE = "amberfs-key-1:32333435363738393a3b3c3d3e3f4041:"
        + "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20:8fe5ffb1\n";

    private static final int CHECKSUM_AT = 112;

    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void create() {
        file = directory.resolve("amber.key");
        KeyFile.create(file, STORE, new CountingEntropy(1));
    }

    @Test
    void theFileIsTheExampleOfTheFormat() throws IOException {
        assertEquals(EXAMPLE, Files.readString(file));
    }

    @Test
    void whatWasCreatedLoads() {
        KeyFile.Loaded loaded = KeyFile.load(file, STORE);
        assertArrayEquals(new CountingEntropy(1).bytes(32), loaded.key().secret());
        assertEquals(List.of(), loaded.warnings());
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws IOException {
        assertRefused(ExitCode.ERROR, "already there", () -> KeyFile.create(file, STORE, new CountingEntropy(9)));
        assertEquals(EXAMPLE, Files.readString(file));
    }

    @Test
    void aDirectoryThatIsNotThereIsSaid() {
        assertRefused(ExitCode.ERROR, "directory is not there", () -> KeyFile.create(directory.resolve("a/b"), STORE, new CountingEntropy(9)));
        assertRefused(ExitCode.ERROR, "not there", () -> KeyFile.load(directory.resolve("other.key"), STORE));
    }

    @Test
    void whiteSpaceAroundTheLineDoesNoHarm() throws IOException {
        Files.writeString(file, "\r\n  " + EXAMPLE.strip() + " \r\n\n");
        assertArrayEquals(new CountingEntropy(1).bytes(32), KeyFile.load(file, STORE).key().secret());
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        for (int length = 0; length < EXAMPLE.length() - 1; length++) {
            Files.writeString(file, EXAMPLE.substring(0, length));
            assertRefused(ExitCode.WRONG_KEY, "truncated or garbled", () -> KeyFile.load(file, STORE));
        }
    }

    @Test
    void everyFlippedBitIsRefused() throws IOException {
        byte[] good = EXAMPLE.strip().getBytes(StandardCharsets.US_ASCII);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            boolean onlyTheCaseOfTheChecksum = bit / 8 >= CHECKSUM_AT && new String(bad, StandardCharsets.ISO_8859_1).equalsIgnoreCase(EXAMPLE.strip());
            if (!onlyTheCaseOfTheChecksum) {
                Files.write(file, bad);
                boolean looksNewer = bad[12] > '1' && bad[12] <= '9';
                Class<? extends RuntimeException> expected = looksNewer ? UnsupportedFormatException.class : Refusal.class;
                assertThrows(expected, () -> KeyFile.load(file, STORE), "bit " + bit);
            }
        }
    }

    @Test
    void randomBytesAreRefused() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = EXAMPLE.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 500; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            System.arraycopy(good, 0, noise, 0, Math.min(noise.length, random.nextInt(good.length - 1)));
            Files.write(file, noise);
            RuntimeException e = assertThrows(RuntimeException.class, () -> KeyFile.load(file, STORE));
            assertTrue(e instanceof Refusal || e instanceof UnsupportedFormatException, "seed " + seed + ": " + e);
        }
    }

    @Test
    void aHugeFileIsNotReadIntoMemory() throws IOException {
        Files.write(file, new byte[1 << 20]);
        assertRefused(ExitCode.WRONG_KEY, "truncated or garbled", () -> KeyFile.load(file, STORE));
    }

    @Test
    void theKeyOfAnotherStoreIsNamed() {
        assertRefused(ExitCode.WRONG_KEY, "is for store " + STORE, () -> KeyFile.load(file, new StoreId(new byte[16])));
    }

    @Test
    void aNewerVersionIsNamed() throws IOException {
        Files.writeString(file, "amberfs-key-12:whatever comes then");
        UnsupportedFormatException e = assertThrows(UnsupportedFormatException.class, () -> KeyFile.load(file, STORE));
        assertTrue(e.getMessage().contains("version 12"), e.getMessage());
    }

    @Test
    void aFileThatOthersMayReadIsUsedWithAWarning() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        List<String> warnings = KeyFile.load(file, STORE).warnings();
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("chmod 600"), warnings.toString());
    }

    @Test
    void noMessageShowsTheKey() throws IOException {
        for (int length : Arrays.asList(60, 100, 119)) {
            Files.writeString(file, EXAMPLE.substring(0, length));
            Refusal refusal = assertThrows(Refusal.class, () -> KeyFile.load(file, STORE));
            assertTrue(!refusal.getMessage().contains("0203"), refusal.getMessage());
        }
    }

    private static void assertRefused(ExitCode code, String part, Runnable action) {
        Refusal refusal = assertThrows(Refusal.class, action::run);
        assertEquals(code, refusal.code(), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
}
