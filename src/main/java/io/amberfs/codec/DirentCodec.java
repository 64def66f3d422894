package io.amberfs.codec;

import io.amberfs.model.Dirent;
import io.amberfs.model.Limits;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;

/** The record of a dirent: {@code version u8 = 1 | type u8 (bits 12-15 of st_mode) | ino varint | name (the rest)}. */
public final class DirentCodec {
    private static final int VERSION = 1;

    private DirentCodec() {
    }

    public static byte[] encode(Dirent dirent) {
        return new Out(16 + dirent.name().length).u8(VERSION).u8(dirent.type() >>> 12).varint(dirent.ino()).raw(dirent.name()).toBytes();
    }

    public static Dirent decode(byte[] bytes) {
        In in = new In("a dirent", bytes).version(VERSION);
        int type = in.u8() << 12;
        long ino = in.varint(1, Long.MAX_VALUE);
        byte[] name = in.raw(Math.min(in.left(), Limits.NAME_MAX));
        in.end();
        if (!Mode.isKnown(type) || !Name.isValid(name)) {
            throw in.corrupt("a type or name that no file can have");
        }
        return new Dirent(name, ino, type);
    }
}
