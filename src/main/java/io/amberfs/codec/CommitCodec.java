package io.amberfs.codec;

import io.amberfs.model.Commit;
import io.amberfs.model.Limits;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import java.nio.charset.StandardCharsets;

/**
 * The records of commits and snapshots.
 *
 * <p>Commit: {@code version u8 = 1 | epoch varint | time i64 | files varint | logicalBytes varint}. Snapshot: {@code version u8 = 1 | held u8 | epoch varint | time i64 | name}.
 */
public final class CommitCodec {
    private static final int VERSION = 1;

    private CommitCodec() {
    }

    public static byte[] encode(Commit commit) {
        return new Out(32).u8(VERSION).varint(commit.epoch()).u64(commit.time()).varint(commit.totals().files()).varint(commit.totals().logicalBytes()).toBytes();
    }

    public static Commit decodeCommit(byte[] bytes) {
        In in = new In("a commit record", bytes).version(VERSION);
        Commit commit = new Commit(in.varint(1, Long.MAX_VALUE), in.u64(), new Totals(in.varint(0, Long.MAX_VALUE), in.varint(0, Long.MAX_VALUE)));
        in.end();
        return commit;
    }

    public static byte[] encode(Snapshot snapshot) {
        return new Out(48).u8(VERSION).u8(snapshot.held() ? 1 : 0).varint(snapshot.epoch()).u64(snapshot.time()).raw(snapshot.name().getBytes(StandardCharsets.UTF_8)).toBytes();
    }

    public static Snapshot decodeSnapshot(byte[] bytes) {
        In in = new In("a snapshot record", bytes).version(VERSION);
        int held = in.u8();
        long epoch = in.varint(1, Long.MAX_VALUE);
        long time = in.u64();
        byte[] name = in.raw(Math.min(in.left(), Limits.NAME_MAX));
        in.end();
        if (held > 1 || name.length == 0) {
            throw in.corrupt("a snapshot without a name or with an unknown state");
        }
        return new Snapshot(new String(name, StandardCharsets.UTF_8), epoch, time, held == 1);
    }
}
