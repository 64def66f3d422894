package io.amberfs.crypto;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The key slots of a store. Immutable: a change gives new slots.
 *
 * <p>Invariants:
 * <ul>
 *   <li>1 to 32 slots with distinct numbers, in the order they were made.
 *   <li>Never only recovery keys once another slot was there: a recovery key lies in a drawer, and must not become the way to mount.
 * </ul>
 */
public record KeySlots(StoreId store, List<Slot> slots) {
    /** Each passphrase slot that does not match costs half a second: more slots than people have ways in would only slow down. */
    static final int SLOTS_MAX = 32;

    public KeySlots {
        slots = List.copyOf(slots);
        if (slots.isEmpty() || slots.size() > SLOTS_MAX || new HashSet<>(slots.stream().map(Slot::id).toList()).size() < slots.size()) {
            throw new IllegalArgumentException(slots + " are not 1 to " + SLOTS_MAX + " slots with distinct numbers");
        }
    }

    static KeySlots create(SlotMaker maker, StoreId store, byte[] master, Credential credential, String label) {
        return new KeySlots(store, List.of(maker.make(store, 1, label, credential, master)));
    }

    /** The caller wipes what this gives. @throws Refusal WRONG_KEY if no slot opens */
    Unlocked unlock(Credential credential) {
        List<Slot> candidates = slots.stream().filter(slot -> slot.kind() == credential.kind()).toList();
        if (candidates.isEmpty()) {
            throw new Refusal(ExitCode.WRONG_KEY, "the store has no key slot for a " + credential.kind() + ": it opens with a "
                + slots.stream().map(slot -> slot.kind().toString()).distinct().collect(Collectors.joining(" or a ")));
        }
        for (Slot slot : candidates) {
            Optional<byte[]> master = SlotWrapping.unwrap(store, slot, credential);
            if (master.isPresent()) {
                return new Unlocked(slot, master.get());
            }
        }
        throw new Refusal(ExitCode.WRONG_KEY, switch (credential.kind()) {
            case PASSPHRASE -> "wrong passphrase for store " + store + ": try again, or use the recovery key";
            case KEY_FILE -> "this key file opens no key slot of store " + store + ": give the right one, a passphrase or the recovery key";
            case RECOVERY -> "this recovery key is of another store, or was removed from store " + store + ": its text is without a typo";
        });
    }

    KeySlots add(SlotMaker maker, byte[] master, Credential credential, String label) {
        if (slots.size() == SLOTS_MAX) {
            throw new Refusal(ExitCode.ERROR, "the store has " + SLOTS_MAX + " key slots, which is all it can have: remove one first");
        }
        List<Slot> more = new ArrayList<>(slots);
        more.add(maker.make(store, freeId(), label, credential, master));
        return new KeySlots(store, more);
    }

    /** @throws Refusal if nothing, or nothing but recovery keys, would be left to open the store with */
    KeySlots remove(int id) {
        Slot slot = find(id);
        List<Slot> rest = slots.stream().filter(other -> other.id() != id).toList();
        if (rest.isEmpty()) {
            throw new Refusal(ExitCode.ERROR, slot + " is the last one: without it nothing could ever open the store; add another first");
        }
        if (slot.kind() != SlotKind.RECOVERY && rest.stream().allMatch(other -> other.kind() == SlotKind.RECOVERY)) {
            throw new Refusal(ExitCode.ERROR, slot + " is the last one besides recovery keys: add a passphrase or a key file first");
        }
        return new KeySlots(store, rest);
    }

    /** Wraps the master key of the slot that {@code old} opens anew; number, label and creation time stay, no data is touched. */
    KeySlots changePassphrase(SlotMaker maker, Credential.Passphrase old, Credential.Passphrase fresh) {
        try (Unlocked unlocked = unlock(old)) {
            Slot slot = unlocked.slot();
            Slot renewed = SlotWrapping.wrap(store, slot.id(), slot.label(), slot.created(), fresh, maker.cost(), unlocked.master(), maker.entropy());
            return new KeySlots(store, slots.stream().map(other -> other.id() == slot.id() ? renewed : other).toList());
        }
    }

    private Slot find(int id) {
        return slots.stream().filter(slot -> slot.id() == id).findFirst()
            .orElseThrow(() -> new Refusal(ExitCode.USAGE, "there is no key slot " + id + ": amberfs key list shows them"));
    }

    /** Above all that are there, so that a number is not soon given to something else; the lowest free one once the numbers run out. */
    private int freeId() {
        Set<Integer> taken = slots.stream().map(Slot::id).collect(Collectors.toSet());
        int next = taken.stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        if (next <= Slot.ID_MAX) {
            return next;
        }
        int lowest = 1;
        while (taken.contains(lowest)) {
            lowest++;
        }
        return lowest;
    }
}
