package io.amberfs.crypto;

import io.amberfs.model.Clock;
import io.amberfs.model.Entropy;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

/**
 * Makes key slots: what a new slot needs besides its secret. Immutable, thread-safe.
 *
 * @param cost of guessing a passphrase; a slot keeps the cost it was made with
 */
public record SlotMaker(Clock clock, Entropy entropy, Argon2Cost cost) {
    public SlotMaker(Clock clock, Entropy entropy) {
        this(clock, entropy, Argon2Cost.DEFAULT);
    }

    Slot make(StoreId store, int id, String label, Credential credential, byte[] master) {
        if (!Slot.isLabel(label)) {
            throw new Refusal(ExitCode.USAGE, "the label of a key slot is at most " + Slot.LABEL_MAX
                + " bytes of printable text: choose a shorter or plainer one");
        }
        return SlotWrapping.wrap(store, id, label, clock.nanos(), credential, cost, master, entropy);
    }
}
