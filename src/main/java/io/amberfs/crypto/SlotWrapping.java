package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Entropy;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Wraps the master key into a slot, and unwraps it. The key that wraps comes from the credential and a salt that is drawn anew each time, so it is
 * never used twice; store id, number, kind, cost, salt and label are authenticated with it, so no slot can stand in for another. Stateless: a cipher
 * is made for each call, so that no thread keeps a wrapping key.
 */
final class SlotWrapping {
    private SlotWrapping() {
    }

    static Slot wrap(StoreId store, int id, String label, long created, Credential credential, Argon2Cost cost, byte[] master, Entropy entropy) {
        Optional<Argon2Cost> paid = credential.kind() == SlotKind.PASSPHRASE ? Optional.of(cost) : Optional.empty();
        byte[] salt = entropy.bytes(Slot.SALT_LENGTH);
        byte[] nonce = entropy.bytes(Aead.NONCE);
        byte[] wrapped = new byte[Slot.WRAPPED_LENGTH];
        AesKey key = key(credential, paid, salt);
        try {
            new Aead().seal(key, nonce, wrapped, 0, 0, place(store, id, credential.kind(), label, created, paid, salt), master, 0, master.length);
        } finally {
            key.destroy();
        }
        return new Slot(id, credential.kind(), label, created, paid, salt, nonce, wrapped);
    }

    /** The master key, or nothing if the credential is not the slot's (or the slot was tampered with, which looks the same). */
    static Optional<byte[]> unwrap(StoreId store, Slot slot, Credential credential) {
        AesKey key = key(credential, slot.cost(), slot.salt());
        try {
            byte[] ad = place(store, slot.id(), slot.kind(), slot.label(), slot.created(), slot.cost(), slot.salt());
            return Optional.of(new Aead().open(key, slot.nonce(), slot.wrapped(), 0, ad, slot.toString()));
        } catch (CorruptException e) {
            return Optional.empty();
        } finally {
            key.destroy();
        }
    }

    private static byte[] place(StoreId store, int id, SlotKind kind, String label, long created, Optional<Argon2Cost> cost, byte[] salt) {
        byte[] slot = SlotCodec.encodeOpenPart(id, kind, label, created, cost, salt);
        return ByteBuffer.allocate(StoreId.LENGTH + slot.length).put(store.bytes()).put(slot).array();
    }

    private static AesKey key(Credential credential, Optional<Argon2Cost> cost, byte[] salt) {
        byte[] secret = credential.secret();
        return new AesKey(switch (credential.kind()) {
            case PASSPHRASE -> cost.orElseThrow().derive(secret, salt, AesKey.LENGTH);
            case KEY_FILE -> Hkdf.derive(secret, salt, "amberfs v1 key file slot", AesKey.LENGTH);
            case RECOVERY -> Hkdf.derive(secret, salt, "amberfs v1 recovery slot", AesKey.LENGTH);
        });
    }
}
