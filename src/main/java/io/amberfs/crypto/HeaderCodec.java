package io.amberfs.crypto;

import io.amberfs.model.CorruptException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The store header as bytes; docs/FORMAT.md has the table. Stateless.
 *
 * <p>The first 22 bytes (magic, version, generation, and a CRC-32 over them) are the same in every version there will ever be. So a program can tell a
 * newer header from a damaged one, and the newer of two headers, without knowing the rest.
 */
final class HeaderCodec {
    static final int VERSION = 5;
    /** Far above any header of version 5; a longer file is not read into memory. */
    static final int LENGTH_MAX = 64 << 10;

    private static final byte[] MAGIC = "AMBERFS\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX = MAGIC.length + 2 + 8;
    private static final int FIXED = PREFIX + 4 + StoreId.LENGTH + 8 + 4 + 1;
    private static final int CHECKSUM = 32;
    private static final int RECOVERY_CONFIRMED = 1;

    private HeaderCodec() {
    }

    static byte[] encode(Header header) {
        List<Slot> slots = header.keySlots().slots();
        ByteBuffer out = ByteBuffer.allocate(FIXED + slots.size() * SlotCodec.LENGTH_MAX + CHECKSUM);
        out.put(MAGIC).putShort((short) VERSION).putLong(header.generation());
        out.putInt(crc(out.array())).put(header.storeId().bytes()).putLong(header.created()).putInt(header.recoveryConfirmed() ? RECOVERY_CONFIRMED : 0);
        out.put((byte) slots.size());
        slots.forEach(slot -> out.put(SlotCodec.encode(slot)));
        out.put(sha256(out.array(), out.position()));
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Never throws, whatever the bytes. */
    static HeaderCopy decode(byte[] bytes) {
        if (bytes.length < PREFIX + 4) {
            return new HeaderCopy.Damaged("has " + bytes.length + " bytes, a header has at least " + (FIXED + CHECKSUM), 0);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return new HeaderCopy.Damaged("does not start as a store header does", 0);
        }
        int version = in.getShort(MAGIC.length) & 0xFFFF;
        long generation = in.getLong(MAGIC.length + 2);
        if (in.getInt(PREFIX) != crc(bytes) || generation < 1 || version == 0) {
            return new HeaderCopy.Damaged("has a wrong checksum over its first " + PREFIX + " bytes", version);
        }
        if (version != VERSION) {
            return new HeaderCopy.Other(version, generation);
        }
        try {
            return new HeaderCopy.Whole(decodeBody(bytes, generation));
        } catch (CorruptException e) {
            return new HeaderCopy.Damaged(e.getMessage(), version);
        }
    }

    private static Header decodeBody(byte[] bytes, long generation) {
        int end = bytes.length - CHECKSUM;
        if (end < FIXED) {
            throw new CorruptException("has " + bytes.length + " bytes, a header has at least " + (FIXED + CHECKSUM));
        }
        if (!Arrays.equals(sha256(bytes, end), 0, CHECKSUM, bytes, end, bytes.length)) {
            throw new CorruptException("has a wrong checksum");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, end).position(PREFIX + 4);
        byte[] id = new byte[StoreId.LENGTH];
        in.get(id);
        long created = in.getLong();
        int flags = in.getInt();
        if ((flags & ~RECOVERY_CONFIRMED) != 0) {
            throw new CorruptException("has the unknown flags 0x" + Integer.toHexString(flags));
        }
        return new Header(generation, created, flags == RECOVERY_CONFIRMED, new KeySlots(new StoreId(id), slots(in)));
    }

    private static List<Slot> slots(ByteBuffer in) {
        int count = in.get() & 0xFF;
        if (count == 0 || count > KeySlots.SLOTS_MAX) {
            throw new CorruptException("has " + count + " key slots, expected 1 to " + KeySlots.SLOTS_MAX);
        }
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Slot slot = SlotCodec.decode(in);
            if (slots.stream().anyMatch(other -> other.id() == slot.id())) {
                throw new CorruptException("has two key slots with the number " + slot.id());
            }
            slots.add(slot);
        }
        if (in.hasRemaining()) {
            throw new CorruptException("has " + in.remaining() + " bytes after its last key slot");
        }
        return slots;
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, PREFIX);
        return (int) crc.getValue();
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
