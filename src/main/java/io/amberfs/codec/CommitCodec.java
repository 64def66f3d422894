package io.amberfs.codec;

import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.Limits;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of commits and snapshots.
 *
 * <p>Commit: {@code version u8 = 2 | epoch varint | time i64 | steady i64 | files varint | logicalBytes varint | previous 32 | changes 32 | signature 64}.
 * Snapshot: {@code version u8 = 1 | held u8 | epoch varint | time i64 | name}. Headers of commits that are gone: {@code version u8 = 1}, then for each, in the order of the epochs,
 * {@code epoch, less that of the one before, varint | time, less that of the one before, zigzag | changes 32}.
 */
public final class CommitCodec {
    private static final int VERSION = 1;
    private static final int COMMIT_VERSION = 2;
    private static final int SIGNATURE = 64;

    private CommitCodec() {
    }

    public static byte[] encode(Commit commit) {
        return new Out(176).u8(COMMIT_VERSION).varint(commit.epoch()).u64(commit.time()).u64(commit.steady()).varint(commit.totals().files()).varint(commit.totals().logicalBytes())
            .raw(commit.previous().array()).raw(commit.changes().array()).raw(commit.signature().array()).toBytes();
    }

    public static Commit decodeCommit(byte[] bytes) {
        In in = new In("a commit record", bytes).version(COMMIT_VERSION);
        Commit commit = new Commit(in.varint(1, Long.MAX_VALUE), in.u64(), in.u64(), new Totals(in.varint(0, Long.MAX_VALUE), in.varint(0, Long.MAX_VALUE)),
            new Bytes(in.raw(Bytes.DIGEST_LENGTH)), new Bytes(in.raw(Bytes.DIGEST_LENGTH)), new Bytes(in.raw(SIGNATURE)));
        in.end();
        return commit;
    }

    public static byte[] encode(List<CommitHeader> headers) {
        Out out = new Out(1 + 40 * headers.size()).u8(VERSION);
        long epoch = 0;
        long time = 0;
        for (CommitHeader header : headers) {
            out.varint(header.epoch() - epoch).signed(header.time() - time).raw(header.changes().array());
            epoch = header.epoch();
            time = header.time();
        }
        return out.toBytes();
    }

    public static List<CommitHeader> decodeHeaders(byte[] bytes) {
        In in = new In("headers of commits", bytes).version(VERSION);
        List<CommitHeader> headers = new ArrayList<>();
        long epoch = 0;
        long time = 0;
        while (in.left() > 0) {
            epoch += in.varint(1, Long.MAX_VALUE - epoch);
            time += in.signed();
            headers.add(new CommitHeader(epoch, time, new Bytes(in.raw(Bytes.DIGEST_LENGTH))));
        }
        return headers;
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
