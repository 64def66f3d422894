package io.amberfs.crypto;

import java.util.Optional;

/** What opens a slot. The numbers are part of the format. */
public enum SlotKind {
    PASSPHRASE(1, "passphrase"), KEY_FILE(2, "key file"), RECOVERY(3, "recovery key");

    private final int number;
    private final String text;

    SlotKind(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public int number() {
        return number;
    }

    static Optional<SlotKind> of(int number) {
        for (SlotKind kind : values()) {
            if (kind.number == number) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** As people call it. */
    @Override
    public String toString() {
        return text;
    }
}
