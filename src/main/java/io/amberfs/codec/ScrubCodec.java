package io.amberfs.codec;

import io.amberfs.model.ScrubState;
import java.util.ArrayList;
import java.util.List;

/**
 * The record of how far the reading of everything has come: {@code version u8 = 1 | every varint | begun i64 | table u8 | at bytes | rows varint | blocks varint | damages varint |
 * lastBegun i64 | lastDamages varint}, then the bad blocks, ascending, each as its distance from the one before, varint.
 */
public final class ScrubCodec {
    private static final int VERSION = 1;
    private static final int KEY_MAX = 1024;

    private ScrubCodec() {
    }

    public static byte[] encode(ScrubState state) {
        Out out = new Out(64).u8(VERSION).varint(state.every()).u64(state.begun()).u8(state.table()).bytes(state.at()).varint(state.rows()).varint(state.blocks())
            .varint(state.damages()).u64(state.lastBegun()).varint(state.lastDamages());
        long before = 0;
        for (long number : state.bad().stream().sorted().toList()) {
            out.varint(number - before);
            before = number;
        }
        return out.toBytes();
    }

    public static ScrubState decode(byte[] bytes) {
        In in = new In("the state of the scrub", bytes).version(VERSION);
        long every = in.varint(0, Long.MAX_VALUE);
        long begun = in.u64();
        int table = in.u8();
        byte[] at = in.bytes(KEY_MAX);
        long rows = in.varint(0, Long.MAX_VALUE);
        long blocks = in.varint(0, Long.MAX_VALUE);
        long damages = in.varint(0, Long.MAX_VALUE);
        long lastBegun = in.u64();
        long lastDamages = in.varint(0, Long.MAX_VALUE);
        List<Long> bad = new ArrayList<>();
        long number = 0;
        while (in.left() > 0) {
            number += in.varint(0, Long.MAX_VALUE - number);
            bad.add(number);
            if (bad.size() > ScrubState.BAD_MAX) {
                throw in.corrupt("too many blocks");
            }
        }
        return new ScrubState(every, begun, table, at, rows, blocks, damages, bad, lastBegun, lastDamages);
    }
}
