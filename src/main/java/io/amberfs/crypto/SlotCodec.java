package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A slot as bytes: {@code kind u8 | id u8 | created i64 | memory u32 | passes u8 | lanes u8 | salt 16 | label length u8 | label | nonce 12 | wrapped 48}.
 * The cost is zero for kinds that have none. Stateless.
 */
final class SlotCodec {
    private static final int BEFORE_LABEL = 1 + 1 + 8 + 4 + 1 + 1 + Slot.SALT_LENGTH + 1;
    private static final int AFTER_LABEL = Aead.NONCE + Slot.WRAPPED_LENGTH;
    static final int LENGTH_MAX = BEFORE_LABEL + Slot.LABEL_MAX + AFTER_LABEL;

    private SlotCodec() {
    }

    static byte[] encode(Slot slot) {
        byte[] open = encodeOpenPart(slot.id(), slot.kind(), slot.label(), slot.created(), slot.cost(), slot.salt());
        return ByteBuffer.allocate(open.length + AFTER_LABEL).put(open).put(slot.nonce()).put(slot.wrapped()).array();
    }

    /** All in front of the nonce: what the wrapping authenticates. */
    static byte[] encodeOpenPart(int id, SlotKind kind, String label, long created, Optional<Argon2Cost> cost, byte[] salt) {
        byte[] text = label.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(BEFORE_LABEL + text.length);
        out.put((byte) kind.number()).put((byte) id).putLong(created);
        out.putInt(cost.map(Argon2Cost::memory).orElse(0));
        out.put((byte) (int) cost.map(Argon2Cost::passes).orElse(0)).put((byte) (int) cost.map(Argon2Cost::lanes).orElse(0));
        return out.put(salt).put((byte) text.length).put(text).array();
    }

    /** Reads one slot from where {@code in} stands. @throws CorruptException if it is none */
    static Slot decode(ByteBuffer in) {
        need(in, BEFORE_LABEL);
        int kindNumber = in.get() & 0xFF;
        SlotKind kind = SlotKind.of(kindNumber).orElseThrow(() -> new CorruptException("a key slot has the unknown kind " + kindNumber));
        int id = in.get() & 0xFF;
        if (id == 0) {
            throw new CorruptException("a key slot has the number 0");
        }
        long created = in.getLong();
        Optional<Argon2Cost> cost = cost(id, kind, in.getInt() & 0xFFFFFFFFL, in.get() & 0xFF, in.get() & 0xFF);
        byte[] salt = take(in, Slot.SALT_LENGTH);
        String label = label(id, in);
        need(in, AFTER_LABEL);
        return new Slot(id, kind, label, created, cost, salt, take(in, Aead.NONCE), take(in, Slot.WRAPPED_LENGTH));
    }

    private static Optional<Argon2Cost> cost(int id, SlotKind kind, long memory, int passes, int lanes) {
        if (kind != SlotKind.PASSPHRASE) {
            if (memory != 0 || passes != 0 || lanes != 0) {
                throw new CorruptException("key slot " + id + " (" + kind + ") has a passphrase's cost");
            }
            return Optional.empty();
        }
        if (!Argon2Cost.isValid(memory, passes, lanes)) {
            throw new CorruptException("key slot " + id + " asks for " + memory + " KiB, " + passes + " passes and " + lanes + " lanes of Argon2id, "
                + "allowed are at most " + Argon2Cost.MEMORY_MAX + ", " + Argon2Cost.PASSES_MAX + " and " + Argon2Cost.LANES_MAX);
        }
        return Optional.of(new Argon2Cost((int) memory, passes, lanes));
    }

    private static String label(int id, ByteBuffer in) {
        int length = in.get() & 0xFF;
        need(in, length);
        try {
            String label = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(take(in, length))).toString();
            if (Slot.isLabel(label)) {
                return label;
            }
            throw new CorruptException("key slot " + id + " has a label that is too long or cannot be printed");
        } catch (CharacterCodingException e) {
            throw new CorruptException("key slot " + id + " has a label that is not UTF-8", e);
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] out = new byte[length];
        in.get(out);
        return out;
    }

    private static void need(ByteBuffer in, int length) {
        if (in.remaining() < length) {
            throw new CorruptException("a key slot is cut short: " + in.remaining() + " bytes are left, expected at least " + length);
        }
    }
}
