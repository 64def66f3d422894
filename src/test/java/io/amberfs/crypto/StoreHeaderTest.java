package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Fault;
import io.amberfs.model.Refusal;
import io.amberfs.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreHeaderTest {
    private static final byte[] MASTER = new CountingEntropy(0).bytes(32);
    private static final SlotMaker MAKER = new SlotMaker(() -> 1_700_000_000_123_456_789L, new CountingEntropy(200), new Argon2Cost(64, 1, 1));

    private static final String EXAMPLE = ""
        + "414d42455246530a0005000000000000000162493da2404142434445464748494a4b4c4d4e4f17979cfe3d85cd150000000001010117979cfe3d85cd"
        + "15000000400101505152535455565758595a5b5c5d5e5f046465736b606162636465666768696a6b596dafb02f1abba6479aac4da616a75cae0d5154"
        + "9a0222070b697feec636461be1a3cf3466334c3e5307d72065add30092756625a5f38bd9d96119346b9024a86bde927d82f13556a9faac230ac3646e";

    @TempDir
    Path directory;
    private StoreHeader header;

    @BeforeEach
    void create() {
        SlotMaker fixed = new SlotMaker(MAKER.clock(), new CountingEntropy(64), MAKER.cost());
        header = StoreHeader.create(directory, fixed, MASTER, passphrase("correct horse"), "desk");
    }

    @Test
    void theHeaderIsTheExampleOfTheFormat() throws IOException {
        assertEquals(EXAMPLE, HexFormat.of().formatHex(Files.readAllBytes(first())));
        assertArrayEquals(Files.readAllBytes(first()), Files.readAllBytes(copy()));
    }

    @Test
    void theExampleOfTheFormatOpens() throws IOException {
        Files.delete(copy());
        Files.write(first(), HexFormat.of().parseHex(EXAMPLE));
        assertArrayEquals(MASTER, StoreHeader.open(directory).unlock(passphrase("correct horse")).master());
    }

    @Test
    void whatWasCreatedOpens() {
        StoreHeader opened = StoreHeader.open(directory);
        assertEquals(header.storeId(), opened.storeId());
        assertEquals(1_700_000_000_123_456_789L, opened.created());
        assertEquals(header.slots(), opened.slots());
        assertEquals(List.of(), opened.damaged());
        assertFalse(opened.recoveryConfirmed());
    }

    @Test
    void aStoreIsNotCreatedOverAnother() {
        assertEquals(ExitCode.ERROR, refusal(() -> StoreHeader.create(directory, MAKER, MASTER, passphrase("x"), "")).code());
    }

    @Test
    void onlyTheOwnerMayReadTheFiles() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(first())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy())));
    }

    @Test
    void noTemporaryFileStaysBehind() throws IOException {
        header.confirmRecovery(true);
        try (var files = Files.list(directory)) {
            assertEquals(List.of("amberfs.store", "amberfs.store.copy"), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aTemporaryFileOfACrashIsOverwritten() throws IOException {
        Files.writeString(directory.resolve("amberfs.store.tmp"), "half a header");
        header.confirmRecovery(true);
        assertTrue(StoreHeader.open(directory).recoveryConfirmed());
        assertFalse(Files.exists(directory.resolve("amberfs.store.tmp")));
    }

    @Test
    void eitherFileAloneIsEnough() throws IOException {
        for (Path gone : List.of(first(), copy())) {
            byte[] bytes = Files.readAllBytes(gone);
            Files.delete(gone);
            StoreHeader opened = StoreHeader.open(directory);
            assertEquals(header.slots(), opened.slots());
            assertEquals(List.of(gone + " is missing"), opened.damaged());
            Files.write(gone, bytes);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(first());
        assertInstanceOf(HeaderCopy.Whole.class, HeaderCodec.decode(bytes));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            assertInstanceOf(HeaderCopy.Damaged.class, HeaderCodec.decode(flipped(bytes, bit)), "bit " + bit);
        }
    }

    @Test
    void aFlippedBitInEachByteOfOneFileIsReportedAndTheOtherUsed() throws IOException {
        for (Path file : List.of(first(), copy())) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at++) {
                Files.write(file, flipped(bytes, 8 * at + at % 8));
                StoreHeader opened = StoreHeader.open(directory);
                assertEquals(header.slots(), opened.slots());
                assertEquals(1, opened.damaged().size(), "byte " + at);
            }
            Files.write(file, bytes);
        }
    }

    @Test
    void everyTruncationOfOneFileIsReportedAndTheOtherUsed() throws IOException {
        byte[] bytes = Files.readAllBytes(first());
        for (int length = 0; length < bytes.length; length++) {
            Files.write(first(), Arrays.copyOf(bytes, length));
            assertEquals(1, StoreHeader.open(directory).damaged().size());
        }
        Files.write(first(), Arrays.copyOf(bytes, bytes.length + 1));
        assertEquals(1, StoreHeader.open(directory).damaged().size());
    }

    @Test
    void damageToBothFilesIsOneClearRefusal() throws IOException {
        byte[] bytes = Files.readAllBytes(first());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            Files.write(first(), cut);
            Files.write(copy(), cut);
            Refusal refusal = refusal(() -> StoreHeader.open(directory));
            assertEquals(ExitCode.DAMAGE, refusal.code());
            assertTrue(refusal.getMessage().contains(directory.toString()) && !refusal.getMessage().contains("\n"), refusal.getMessage());
        }
    }

    @Test
    void aFlippedBitInEachByteOfBothFilesIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(first());
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = flipped(bytes, 8 * at + 1);
            Files.write(first(), changed);
            Files.write(copy(), changed);
            Class<? extends RuntimeException> expected = at == 8 || at == 9 ? UnsupportedFormatException.class : Refusal.class; // either names a newer version
            assertThrows(expected, () -> StoreHeader.open(directory), "byte " + at);
        }
    }

    @Test
    void randomBytesAreRefused() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] magic = Arrays.copyOf(Files.readAllBytes(first()), 8);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                System.arraycopy(magic, 0, noise, 0, Math.min(magic.length, noise.length));
            }
            Files.write(first(), noise);
            Files.write(copy(), noise);
            RuntimeException e = assertThrows(RuntimeException.class, () -> StoreHeader.open(directory));
            assertTrue(e instanceof Refusal || e instanceof Fault, "seed " + seed + ": " + e);
        }
    }

    @Test
    void nonsenseBehindRightChecksumsNeverThrows() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] bytes = Files.readAllBytes(first());
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = bytes.clone();
            changed[46 + random.nextInt(bytes.length - 46 - 32)] = (byte) random.nextInt();
            byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(changed, 60 + random.nextInt(changed.length - 60)) : changed;
            resealChecksum(cut);
            HeaderCopy found = HeaderCodec.decode(cut);
            assertTrue(found instanceof HeaderCopy.Whole || found instanceof HeaderCopy.Damaged, "seed " + seed + ": " + found);
        }
    }

    @Test
    void aFileFarTooLongIsNotReadIntoMemory() throws IOException {
        Files.write(first(), new byte[1 << 20]);
        assertEquals(1, StoreHeader.open(directory).damaged().size());
    }

    @Test
    void noHeaderIsNoStore() {
        Refusal refusal = refusal(() -> StoreHeader.open(directory.resolve("elsewhere")));
        assertEquals(ExitCode.NO_STORE, refusal.code());
        assertTrue(refusal.getMessage().contains("amberfs init"), refusal.getMessage());
    }

    @Test
    void anotherVersionIsNamedWhateverItsLayout() throws IOException {
        for (int version : new int[] {1, 2, 7}) {
            byte[] other = otherVersion(version, 1, 30);
            Files.write(first(), other);
            Files.write(copy(), other);
            UnsupportedFormatException e = assertThrows(UnsupportedFormatException.class, () -> StoreHeader.open(directory));
            boolean namesAll = e.getMessage().contains("version " + version) && e.getMessage().contains("version 5") && e.getMessage().contains(directory.toString());
            assertTrue(namesAll, e.getMessage());
        }
    }

    @Test
    void anotherVersionWinsOverACopyThatCouldBeRead() throws IOException {
        for (Path file : List.of(first(), copy())) {
            byte[] bytes = Files.readAllBytes(file);
            for (long generation : new long[] {1, 2}) {
                Files.write(file, otherVersion(6, generation, 500));
                assertThrows(UnsupportedFormatException.class, () -> StoreHeader.open(directory));
            }
            Files.write(file, bytes);
        }
    }

    @Test
    void theHigherGenerationHoldsAndTheOtherIsReported() throws IOException {
        byte[] old = Files.readAllBytes(copy());
        header.confirmRecovery(true);
        for (Path stale : List.of(first(), copy())) {
            byte[] fresh = Files.readAllBytes(stale);
            Files.write(stale, old);
            StoreHeader opened = StoreHeader.open(directory);
            assertTrue(opened.recoveryConfirmed());
            assertEquals(List.of(stale + " is out of date: it has generation 1, the newest is 2"), opened.damaged());
            Files.write(stale, fresh);
        }
    }

    @Test
    void healingWritesBothFilesAnew() throws IOException {
        Files.write(first(), new byte[10]);
        StoreHeader opened = StoreHeader.open(directory);
        opened.heal();
        assertEquals(List.of(), opened.damaged());
        assertEquals(List.of(), StoreHeader.open(directory).damaged());
        assertArrayEquals(Files.readAllBytes(copy()), Files.readAllBytes(first()));
    }

    @Test
    void aCopyOfAnotherStoreIsReported() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        StoreHeader.create(other, MAKER, MASTER, passphrase("x"), "");
        Files.copy(other.resolve("amberfs.store"), copy(), StandardCopyOption.REPLACE_EXISTING);
        StoreHeader opened = StoreHeader.open(directory);
        assertEquals(header.storeId(), opened.storeId());
        assertTrue(opened.damaged().get(0).contains("another store"), opened.damaged().toString());
    }

    @Test
    void aRemovedSlotIsInNeitherFile() throws IOException {
        Slot added = header.addSlot(MAKER, MASTER, passphrase("second"), "laptop");
        assertTrue(holds(first(), added.wrapped()) && holds(copy(), added.wrapped()), "the test must find the slot while it is there");
        header.removeSlot(added.id());
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertFalse(holds(file, added.wrapped()) || holds(file, added.salt()), file.toString());
            }
        }
        assertEquals(ExitCode.WRONG_KEY, refusal(() -> StoreHeader.open(directory).unlock(passphrase("second"))).code());
    }

    @Test
    void aChangeThatCannotBeWrittenChangesNothing() throws IOException {
        Files.createDirectories(directory.resolve("amberfs.store.tmp").resolve("in the way"));
        List<Slot> before = header.slots();
        assertThrows(Fault.class, () -> header.addSlot(MAKER, MASTER, passphrase("second"), ""));
        assertEquals(before, header.slots());
        assertEquals(before, StoreHeader.open(directory).slots());
    }

    @Test
    void aChangeThatReachesOnlyTheFirstFileHoldsAndIsReported() throws IOException {
        Files.createDirectories(directory.resolve("amberfs.store.copy.tmp").resolve("in the way"));
        Fault fault = assertThrows(Fault.class, () -> header.confirmRecovery(true));
        assertTrue(fault.getMessage().contains("amberfs.store.copy"), fault.getMessage());
        assertTrue(header.recoveryConfirmed());
        assertEquals(1, header.damaged().size());
        assertTrue(StoreHeader.open(directory).recoveryConfirmed());
    }

    private Path first() {
        return directory.resolve("amberfs.store");
    }

    private Path copy() {
        return directory.resolve("amberfs.store.copy");
    }

    private static Credential.Passphrase passphrase(String text) {
        return Credential.Passphrase.of(text.toCharArray());
    }

    private static Refusal refusal(Runnable action) {
        return assertThrows(Refusal.class, action::run);
    }

    private static boolean holds(Path file, byte[] wanted) throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(file)).contains(HexFormat.of().formatHex(wanted));
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        return changed;
    }

    /** What every other version has in front: magic, version, generation and their CRC; then anything. */
    private byte[] otherVersion(int version, long generation, int length) {
        ByteBuffer out = ByteBuffer.allocate(length).put("AMBERFS\n".getBytes(StandardCharsets.US_ASCII)).putShort((short) version).putLong(generation);
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, 18);
        return out.putInt((int) crc.getValue()).array();
    }

    private static void resealChecksum(byte[] header) {
        MessageDigest digest = CipherCheck.sha256();
        digest.update(header, 0, header.length - 32);
        System.arraycopy(digest.digest(), 0, header, header.length - 32, 32);
    }
}
