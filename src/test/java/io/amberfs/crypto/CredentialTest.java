package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CredentialTest {
    @Test
    void composedAndDecomposedLettersAreTheSamePassphrase() {
        byte[] composed = Credential.Passphrase.of("caf\u00e9".toCharArray()).secret();
        assertArrayEquals(composed, Credential.Passphrase.of("cafe\u0301".toCharArray()).secret());
        assertArrayEquals(composed, Credential.Passphrase.of("cafe\u0301".getBytes(StandardCharsets.UTF_8)).secret());
        assertArrayEquals("caf\u00e9".getBytes(StandardCharsets.UTF_8), composed);
    }

    @Test
    void blanksInAPassphraseCount() {
        assertArrayEquals(" a b ".getBytes(StandardCharsets.UTF_8), Credential.Passphrase.of(" a b ".toCharArray()).secret());
    }

    @Test
    void emptyOverlongAndGarbledPassphrasesAreRefused() {
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> Credential.Passphrase.of(new char[0])).code());
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> Credential.Passphrase.of(new byte[0])).code());
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> Credential.Passphrase.of(new byte[] {'a', (byte) 0xff})).code());
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> Credential.Passphrase.of(new char[] {'a', '\ud800'})).code());
        assertEquals(ExitCode.USAGE, assertThrows(Refusal.class, () -> Credential.Passphrase.of("x".repeat(4097).toCharArray())).code());
    }

    @Test
    void closingWipesTheSecret() {
        for (Credential credential : credentials()) {
            byte[] secret = credential.secret();
            credential.close();
            assertArrayEquals(new byte[secret.length], secret);
        }
    }

    @Test
    void nothingShowsItsSecret() {
        byte[] secret = "correct horse ba".getBytes(StandardCharsets.US_ASCII);
        byte[] master = Arrays.copyOf(secret, 32);
        Slot slot = new Slot(1, SlotKind.PASSPHRASE, "desk", 0, Optional.of(Argon2Cost.DEFAULT), secret, Arrays.copyOf(secret, 12), Arrays.copyOf(secret, 48));
        KeySlots slots = new KeySlots(new StoreId(new byte[16]), List.of(slot));
        List<Object> all = List.of(Credential.Passphrase.of(secret), new Credential.FileKey(master), new Credential.RecoveryKey(Arrays.copyOf(secret, 20)),
            new AesKey(master), new Keys(master), new Keys(master).contentId(), new Keys(master).nameHash(), new Unlocked(slot, master), slot, slots,
            new Session(1, (byte) 1, secret), new Header(1, 0, false, slots), new Sealer(new Keys(master), Entropy.system(), new MemorySessions()),
            new KeyFile.Loaded(new Credential.FileKey(master), List.of()));
        for (Object one : all) {
            String text = one.toString().toLowerCase(Locale.ROOT);
            boolean shows = text.contains("correct") || text.contains(HexFormat.of().formatHex(secret, 0, 4)) || text.contains("[b@");
            assertFalse(shows, one.getClass() + ": " + text);
        }
    }

    @Test
    void aKeyCannotBeSerialized() {
        assertThrows(NotSerializableException.class,
            () -> new ObjectOutputStream(OutputStream.nullOutputStream()).writeObject(new AesKey(new byte[32])));
    }

    private static List<Credential> credentials() {
        return List.of(Credential.Passphrase.of("x".toCharArray()),
            new Credential.FileKey(Entropy.system().bytes(32)), RecoveryKeyText.random(Entropy.system()));
    }
}
