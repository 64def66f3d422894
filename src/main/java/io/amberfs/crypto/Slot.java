package io.amberfs.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One wrapping of the master key, as it stands in the store header; useless without its credential. Immutable by convention: the arrays are not to
 * be changed.
 *
 * @param id      1 to 255, unique in the header
 * @param created nanoseconds since 1970
 * @param cost    of a passphrase; empty for the other kinds, whose secrets cannot be guessed anyway
 * @param salt    16 random bytes, drawn anew for each wrapping
 * @param nonce   12 random bytes
 * @param wrapped the sealed master key and its tag, 48 bytes
 */
public record Slot(int id, SlotKind kind, String label, long created, Optional<Argon2Cost> cost, byte[] salt, byte[] nonce, byte[] wrapped) {
    static final int ID_MAX = 255;
    static final int LABEL_MAX = 64;
    static final int SALT_LENGTH = 16;
    static final int WRAPPED_LENGTH = Keys.MASTER_LENGTH + Aead.TAG;

    public Slot {
        boolean lengthsHold = salt.length == SALT_LENGTH && nonce.length == Aead.NONCE && wrapped.length == WRAPPED_LENGTH;
        if (!lengthsHold || id < 1 || id > ID_MAX || !isLabel(label) || cost.isPresent() != (kind == SlotKind.PASSPHRASE)) {
            throw new IllegalArgumentException("key slot " + id + " (" + kind + ") is out of bounds");
        }
    }

    /** At most 64 bytes of text without control characters, so that it can be printed as it is. */
    static boolean isLabel(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= LABEL_MAX && StandardCharsets.UTF_8.newEncoder().canEncode(text)
            && text.codePoints().noneMatch(Slot::isUnprintable);
    }

    private static boolean isUnprintable(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slot slot && id == slot.id && kind == slot.kind && label.equals(slot.label) && created == slot.created
            && cost.equals(slot.cost) && Arrays.equals(salt, slot.salt) && Arrays.equals(nonce, slot.nonce) && Arrays.equals(wrapped, slot.wrapped);
    }

    @Override
    public int hashCode() {
        return 31 * id + Arrays.hashCode(salt);
    }

    @Override
    public String toString() {
        return "key slot " + id + " (" + kind + (label.isEmpty() ? "" : ", " + label) + ")";
    }
}
