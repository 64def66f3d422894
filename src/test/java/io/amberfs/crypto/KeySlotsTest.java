package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KeySlotsTest {
    private static final byte[] MASTER = new CountingEntropy(0).bytes(32);
    private static final StoreId STORE = new StoreId(new CountingEntropy(50).bytes(16));
    private static final SlotMaker MAKER = new SlotMaker(() -> 42, Entropy.system(), new Argon2Cost(64, 1, 1));
    private static final Credential.Passphrase PASSPHRASE = passphrase("correct horse");
    private static final Credential.FileKey FILE = new Credential.FileKey(new CountingEntropy(1).bytes(32));
    private static final Credential.RecoveryKey RECOVERY = new Credential.RecoveryKey(new CountingEntropy(2).bytes(20));

    private final KeySlots one = KeySlots.create(MAKER, STORE, MASTER, PASSPHRASE, "desk");
    private final KeySlots three = one.add(MAKER, MASTER, FILE, "usb stick").add(MAKER, MASTER, RECOVERY, "sheet");

    @Test
    void eachCredentialOpensItsSlot() {
        int id = 1;
        for (Credential credential : new Credential[] {PASSPHRASE, FILE, RECOVERY}) {
            Unlocked unlocked = three.unlock(credential);
            assertArrayEquals(MASTER, unlocked.master());
            assertEquals(id++, unlocked.slot().id());
        }
    }

    @Test
    void slotsAreTheExamplesOfTheFormat() {
        SlotMaker fixed = new SlotMaker(() -> 42, new CountingEntropy(10), new Argon2Cost(64, 1, 1));
        assertEquals("0101000000000000002a0000004001010a0b0c0d0e0f10111213141516171819046465736b1a1b1c1d1e1f202122232425bc9119871e0e013dad96c83b8f03aefc"
            + "5ed93b7922838baa3d7a0d60192f259a16499b73aac0bea61a06c70e4cd76962", hex(fixed.make(STORE, 1, "desk", PASSPHRASE, MASTER)));
        assertEquals("0202000000000000002a000000000000262728292a2b2c2d2e2f3031323334350975736220737469636b363738393a3b3c3d3e3f40411c913f15c0131e3dba48d1"
            + "cfa1f8aebb5daa7154fad1e320bb19688e7adac9c82c9ea7695515628a7677763813a0f3bc", hex(fixed.make(STORE, 2, "usb stick", FILE, MASTER)));
        assertEquals("0303000000000000002a00000000000042434445464748494a4b4c4d4e4f50510052535455565758595a5b5c5d82e7e3e97932cf34855630d4f2c923a7f0fa91a7"
            + "55504151ee6880b0d0d9e3c92a9e9acfd2a9dd5a50e5edc3770e777f", hex(fixed.make(STORE, 3, "", RECOVERY, MASTER)));
    }

    @Test
    void wrongCredentialsAreRefusedByName() {
        assertRefused(ExitCode.WRONG_KEY, "wrong passphrase", () -> three.unlock(passphrase("Correct horse")));
        assertRefused(ExitCode.WRONG_KEY, "key file", () -> three.unlock(new Credential.FileKey(new byte[32])));
        assertRefused(ExitCode.WRONG_KEY, "recovery key", () -> three.unlock(new Credential.RecoveryKey(new byte[20])));
        assertRefused(ExitCode.WRONG_KEY, "no key slot for a key file", () -> one.unlock(FILE));
    }

    @Test
    void severalPassphrasesOpenTheSameStore() {
        KeySlots two = one.add(MAKER, MASTER, passphrase("second"), "");
        assertEquals(1, two.unlock(PASSPHRASE).slot().id());
        assertEquals(2, two.unlock(passphrase("second")).slot().id());
    }

    @Test
    void theLastSlotStays() {
        assertRefused(ExitCode.ERROR, "last one", () -> one.remove(1));
    }

    @Test
    void theLastSlotBesidesRecoveryKeysStays() {
        KeySlots two = one.add(MAKER, MASTER, RECOVERY, "").add(MAKER, MASTER, RecoveryKeyText.random(Entropy.system()), "");
        assertRefused(ExitCode.ERROR, "besides recovery keys", () -> two.remove(1));
        assertEquals(2, two.remove(2).slots().size());
    }

    @Test
    void aRemovedSlotOpensNothing() {
        KeySlots rest = three.remove(1);
        assertRefused(ExitCode.WRONG_KEY, "key file", () -> rest.unlock(PASSPHRASE));
        assertArrayEquals(MASTER, rest.unlock(FILE).master());
        assertRefused(ExitCode.USAGE, "no key slot 1", () -> rest.remove(1));
    }

    @Test
    void aChangedPassphraseReplacesTheOldOneAlone() {
        KeySlots changed = three.changePassphrase(MAKER, PASSPHRASE, passphrase("battery staple"));
        assertArrayEquals(MASTER, changed.unlock(passphrase("battery staple")).master());
        assertArrayEquals(MASTER, changed.unlock(FILE).master());
        assertRefused(ExitCode.WRONG_KEY, "wrong passphrase", () -> changed.unlock(PASSPHRASE));
        assertEquals("desk", changed.slots().get(0).label());
        assertEquals(1, changed.slots().get(0).id());
        assertFalse(Arrays.equals(three.slots().get(0).salt(), changed.slots().get(0).salt()));
    }

    @Test
    void aPassphraseIsChangedOnlyByWhoKnowsTheOldOne() {
        assertRefused(ExitCode.WRONG_KEY, "wrong passphrase", () -> three.changePassphrase(MAKER, passphrase("guess"), passphrase("mine")));
    }

    @Test
    void numbersAreUniqueAndNotSoonGivenAgain() {
        KeySlots slots = three.remove(2).add(MAKER, MASTER, FILE, "");
        assertEquals(List.of(1, 3, 4), slots.slots().stream().map(Slot::id).toList());
        KeySlots full = one;
        for (int i = 0; i < 300; i++) {
            full = full.add(MAKER, MASTER, FILE, "").remove(full.slots().get(0).id());
        }
        assertEquals(1, full.slots().size());
    }

    @Test
    void moreThan32SlotsAreRefused() {
        KeySlots slots = one;
        for (int i = 1; i < 32; i++) {
            slots = slots.add(MAKER, MASTER, FILE, "");
        }
        KeySlots full = slots;
        assertRefused(ExitCode.ERROR, "32 key slots", () -> full.add(MAKER, MASTER, FILE, ""));
    }

    @Test
    void aSlotDoesNotOpenUnderAnotherStoreNumberOrLabel() {
        Slot slot = three.slots().get(1);
        assertTrue(SlotWrapping.unwrap(STORE, slot, FILE).isPresent());
        assertTrue(SlotWrapping.unwrap(new StoreId(new byte[16]), slot, FILE).isEmpty());
        assertTrue(SlotWrapping.unwrap(STORE, copy(slot, 9, slot.label()), FILE).isEmpty());
        assertTrue(SlotWrapping.unwrap(STORE, copy(slot, slot.id(), "other"), FILE).isEmpty());
    }

    @Test
    void labelsAreShortPrintableText() {
        for (String label : new String[] {"x".repeat(65), "ü".repeat(33), "two\nlines", "\u001b[31m", "\u202e", "\ud800"}) {
            assertRefused(ExitCode.USAGE, "label", () -> one.add(MAKER, MASTER, FILE, label));
        }
        one.add(MAKER, MASTER, FILE, "ü".repeat(32));
    }

    @Test
    void costsOutOfBoundsAreNotEvenTried() {
        byte[] slot = SlotCodec.encode(one.slots().get(0));
        int[][] costs = {{Integer.MIN_VALUE, 1, 1}, {(1 << 20) + 1, 1, 1}, {64, 17, 1}, {1024, 1, 17}, {7, 1, 1}, {64, 0, 1}, {64, 1, 0}, {-1, 255, 255}};
        for (int[] cost : costs) {
            byte[] hostile = slot.clone();
            ByteBuffer.wrap(hostile).putInt(10, cost[0]).put(14, (byte) cost[1]).put(15, (byte) cost[2]);
            assertThrows(CorruptException.class, () -> SlotCodec.decode(ByteBuffer.wrap(hostile)), Arrays.toString(cost));
        }
    }

    @Test
    void aCostBeyondTheHeapIsRefusedBeforeMemoryRunsOut() {
        long heapKib = Runtime.getRuntime().maxMemory() >> 10;
        int cost = (int) Math.min(1 << 20, heapKib / 2 + 1024);
        assumeTrue(cost > heapKib / 2);
        assertRefused(ExitCode.ERROR, "-Xmx", () -> new Argon2Cost(cost, 1, 1).derive(new byte[] {1}, new byte[16], 32));
    }

    @Test
    void argon2GivesTheAnswerOfTheReferenceImplementation() {
        // argon2 -id -t 2 -m 16 -p 1, password "password", salt "somesalt" (phc-winner-argon2, src/test.c).
        byte[] hash = new Argon2Cost(1 << 16, 2, 1).derive("password".getBytes(StandardCharsets.US_ASCII),
            "somesalt".getBytes(StandardCharsets.US_ASCII), 32);
        assertEquals("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7", HexFormat.of().formatHex(hash));
    }

    @Test
    void theDefaultCostIsWithinTheBounds() {
        assertEquals(new Argon2Cost(65536, 3, 4), Argon2Cost.DEFAULT);
    }

    private static Slot copy(Slot slot, int id, String label) {
        return new Slot(id, slot.kind(), label, slot.created(), Optional.empty(), slot.salt(), slot.nonce(), slot.wrapped());
    }

    private static Credential.Passphrase passphrase(String text) {
        return Credential.Passphrase.of(text.toCharArray());
    }

    private static String hex(Slot slot) {
        byte[] bytes = SlotCodec.encode(slot);
        assertEquals(slot, SlotCodec.decode(ByteBuffer.wrap(bytes)));
        return HexFormat.of().formatHex(bytes);
    }

    private static void assertRefused(ExitCode code, String part, Runnable action) {
        Refusal refusal = assertThrows(Refusal.class, action::run);
        assertEquals(code, refusal.code());
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
}
