package io.amberfs.codec;

import io.amberfs.model.Limits;
import io.amberfs.model.Xattr;

/** The record of an extended attribute: {@code version u8 = 1 | name bytes | value (the rest)}. */
public final class XattrCodec {
    private static final int VERSION = 1;

    private XattrCodec() {
    }

    public static byte[] encode(Xattr xattr) {
        return new Out(8 + xattr.name().length + xattr.value().length).u8(VERSION).bytes(xattr.name()).raw(xattr.value()).toBytes();
    }

    public static Xattr decode(byte[] bytes) {
        In in = new In("an extended attribute", bytes).version(VERSION);
        byte[] name = in.bytes(Limits.XATTR_NAME_MAX);
        byte[] value = in.raw(Math.min(in.left(), Limits.XATTR_VALUE_MAX));
        in.end();
        return new Xattr(name, value);
    }
}
