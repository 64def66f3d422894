package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecoveryKeyTextTest {
    private static final String EXAMPLE = "000G40-R40M30-E20918-5GR38E-1W8124-GKT779";

    @Test
    void theTextIsTheExampleOfTheFormat() {
        assertEquals(EXAMPLE, RecoveryKeyText.format(new Credential.RecoveryKey(new CountingEntropy(0).bytes(20))));
        assertTrue(EXAMPLE.matches("([0-9A-HJKMNP-TV-Z]{6}-){5}[0-9A-HJKMNP-TV-Z]{6}"), EXAMPLE);
    }

    @Test
    void whatWasFormattedParses() {
        long seed = System.nanoTime();
        CountingEntropy zeros = new CountingEntropy(0);
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            Credential.RecoveryKey key = RecoveryKeyText.random(i == 0 ? out -> { } : i == 1 ? zeros : random::nextBytes);
            assertArrayEquals(key.secret(), RecoveryKeyText.parse(RecoveryKeyText.format(key)).secret(), "seed " + seed);
        }
    }

    @Test
    void caseBlanksAndLookalikesDoNotMatter() {
        byte[] secret = RecoveryKeyText.parse(EXAMPLE).secret();
        for (String text : new String[] {EXAMPLE.toLowerCase(Locale.ROOT), EXAMPLE.replace("-", ""), " " + EXAMPLE.replace("-", " - ") + "\n",
            EXAMPLE.replace('-', '\u2013'),
            EXAMPLE.replace('0', 'o').replace('1', 'l'), EXAMPLE.replace('0', 'O').replace('1', 'I'), EXAMPLE.replace('1', 'i').replace('1', 'L')}) {
            assertArrayEquals(secret, RecoveryKeyText.parse(text).secret(), text);
        }
    }

    @Test
    void everyWrongCharacterIsCalledATypo() {
        for (int i = 0; i < EXAMPLE.length(); i++) {
            for (char c : "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray()) {
                if (EXAMPLE.charAt(i) != '-' && EXAMPLE.charAt(i) != c) {
                    assertTypo(EXAMPLE.substring(0, i) + c + EXAMPLE.substring(i + 1));
                }
            }
        }
    }

    @Test
    void swappedNeighboursAreCalledATypo() {
        for (int i = 0; i + 1 < EXAMPLE.length(); i++) {
            char a = EXAMPLE.charAt(i);
            char b = EXAMPLE.charAt(i + 1);
            if (a != b && a != '-' && b != '-') {
                assertTypo(EXAMPLE.substring(0, i) + b + a + EXAMPLE.substring(i + 2));
            }
        }
    }

    @Test
    void aCharacterThatNoKeyHasIsLocated() {
        Refusal refusal = assertThrows(Refusal.class, () -> RecoveryKeyText.parse(EXAMPLE.substring(0, 8) + "u" + EXAMPLE.substring(9)));
        assertTrue(refusal.getMessage().contains("typo in group 2"), refusal.getMessage());
    }

    @Test
    void aMissingOrAdditionalCharacterIsCounted() {
        for (String text : new String[] {"", EXAMPLE.substring(1), EXAMPLE + "A", "A".repeat(100_000)}) {
            Refusal refusal = assertThrows(Refusal.class, () -> RecoveryKeyText.parse(text));
            assertEquals(ExitCode.WRONG_KEY, refusal.code());
            assertTrue(refusal.getMessage().contains("expected 36"), refusal.getMessage());
        }
    }

    private static void assertTypo(String text) {
        Refusal refusal = assertThrows(Refusal.class, () -> RecoveryKeyText.parse(text), text);
        assertEquals(ExitCode.WRONG_KEY, refusal.code());
        assertTrue(refusal.getMessage().contains("typo"), refusal.getMessage());
    }
}
