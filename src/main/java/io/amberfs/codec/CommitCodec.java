package io.amberfs.codec;

import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.Hold;
import io.amberfs.model.Limits;
import io.amberfs.model.PurgeNote;
import io.amberfs.model.Snapshot;
import io.amberfs.model.Totals;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of commits and snapshots.
 *
 * <p>Commit: {@code version u8 = 2 | epoch varint | time i64 | steady i64 | files varint | logicalBytes varint | previous 32 | changes 32 | signature 64}.
 * Snapshot: {@code version u8 = 2 | 0 free, 1 held, 2 locked u8 | epoch varint | time i64 | name bytes}, and if it is held
 * {@code until i64 | ends i64 | reason}. Headers of commits that are gone: {@code version u8 = 1}, then for each, in the order of the epochs,
 * {@code epoch, less that of the one before, varint | time, less that of the one before, zigzag | changes 32}. Purge: {@code version u8 = 1 | time i64 | epoch varint |
 * path 16 | user rest}.
 */
public final class CommitCodec {
    private static final int VERSION = 1;
    private static final int COMMIT_VERSION = 2;
    private static final int SNAPSHOT_VERSION = 2;
    private static final int SIGNATURE = 64;
    private static final int HASH = 16;
    /** The states of a snapshot. */
    private static final int FREE = 0;
    private static final int HELD = 1;
    private static final int LOCKED = 2;

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
        byte[] name = snapshot.name().getBytes(StandardCharsets.UTF_8);
        Out out = new Out(64).u8(SNAPSHOT_VERSION).u8(snapshot.hold().map(hold -> hold.locked() ? LOCKED : HELD).orElse(FREE)).varint(snapshot.epoch()).u64(snapshot.time())
            .bytes(name);
        snapshot.hold().ifPresent(hold -> out.u64(hold.until()).u64(hold.ends()).raw(hold.reason().getBytes(StandardCharsets.UTF_8)));
        return out.toBytes();
    }

    public static Snapshot decodeSnapshot(byte[] bytes) {
        In in = new In("a snapshot record", bytes).version(SNAPSHOT_VERSION);
        int state = in.u8();
        long epoch = in.varint(1, Long.MAX_VALUE);
        long time = in.u64();
        byte[] name = in.bytes(Limits.NAME_MAX);
        Optional<Hold> hold = state == FREE ? Optional.empty()
            : Optional.of(new Hold(in.u64(), in.u64(), state == LOCKED, new String(in.raw(Math.min(in.left(), Hold.REASON_MAX)), StandardCharsets.UTF_8)));
        in.end();
        if (state > LOCKED || name.length == 0) {
            throw in.corrupt("a snapshot without a name or with an unknown state");
        }
        return new Snapshot(new String(name, StandardCharsets.UTF_8), epoch, time, hold);
    }

    public static byte[] encode(PurgeNote note) {
        return new Out(64).u8(VERSION).u64(note.time()).varint(note.epoch()).raw(note.path().array()).raw(note.user().getBytes(StandardCharsets.UTF_8)).toBytes();
    }

    public static PurgeNote decodePurge(byte[] bytes) {
        In in = new In("the note of a purge", bytes).version(VERSION);
        PurgeNote note = new PurgeNote(in.u64(), in.varint(1, Long.MAX_VALUE), new Bytes(in.raw(HASH)),
            new String(in.raw(Math.min(in.left(), PurgeNote.USER_MAX)), StandardCharsets.UTF_8));
        in.end();
        return note;
    }
}
