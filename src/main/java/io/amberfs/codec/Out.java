package io.amberfs.codec;

import java.util.Arrays;

/** A growing byte array that records are written to. Confined to one thread. */
public final class Out {
    private byte[] bytes;
    private int length;

    public Out(int capacity) {
        bytes = new byte[capacity];
    }

    public Out u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public Out u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    public Out u32(int value) {
        return u16(value >>> 16).u16(value);
    }

    public Out u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    /** Unsigned LEB128: 1 to 10 bytes. */
    public Out varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** A signed number as a varint, small in either direction (zigzag). */
    public Out signed(long value) {
        return varint(value << 1 ^ value >> 63);
    }

    public Out raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public Out raw(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** A varint length and that many bytes. */
    public Out bytes(byte[] source) {
        return varint(source.length).raw(source);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
