package io.amberfs.codec;

import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import java.util.Arrays;

/** Reads a record; whatever is not as its writer made it is a {@link CorruptException} that names the record. Confined to one thread. */
public final class In {
    private final String what;
    private final byte[] bytes;
    private int at;

    /** @param what names the record in messages, as in "inode 7" */
    public In(String what, byte[] bytes) {
        this.what = what;
        this.bytes = bytes;
    }

    /** Reads the leading format version; only {@code expected} is read. */
    public In version(int expected) {
        int found = u8();
        if (found != expected) {
            throw new UnsupportedFormatException(what, found, expected);
        }
        return this;
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public int u16() {
        return u8() << 8 | u8();
    }

    public int u32() {
        return u16() << 16 | u16();
    }

    public long u64() {
        return (long) u32() << 32 | u32() & 0xffffffffL;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            if (shift == 63 && b > 1) {
                throw corrupt("a number has more than 64 bits");
            }
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw corrupt("a number has no end");
    }

    /** A varint in [min, max]. */
    public long varint(long min, long max) {
        long value = varint();
        if (value < min || value > max) {
            throw corrupt("the number " + value + " is not in " + min + ".." + max);
        }
        return value;
    }

    public int intVarint(int min, int max) {
        return (int) varint(min, max);
    }

    public long signed() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    public byte[] raw(int count) {
        need(count);
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    /** A varint length of at most {@code max}, and that many bytes. */
    public byte[] bytes(int max) {
        return raw(intVarint(0, max));
    }

    public int left() {
        return bytes.length - at;
    }

    /** The record must end here. */
    public void end() {
        if (at != bytes.length) {
            throw corrupt((bytes.length - at) + " bytes too many");
        }
    }

    public CorruptException corrupt(String why) {
        return new CorruptException(what + " is damaged at byte " + at + " of " + bytes.length + ": " + why);
    }

    private void need(int count) {
        if (bytes.length - at < count) {
            throw corrupt(count + " bytes expected, " + (bytes.length - at) + " left");
        }
    }
}
