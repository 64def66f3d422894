package io.amberfs.history;

import io.amberfs.codec.AuditCodec;
import io.amberfs.codec.CommitCodec;
import io.amberfs.crypto.Identity;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Cursor;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The chain of commits as a file of its own, for whoever is to see later that nothing in it was changed, without the store or its keys: see {@link AuditCodec} for its lines.
 * Names and contents of files are not in it. Confined to one thread.
 */
public final class AuditTrail {
    private final RowSeal seal;
    private final Identity identity;
    private final int volume;

    AuditTrail(RowSeal seal, Identity identity, int volume) {
        this.seal = seal;
        this.identity = identity;
        this.volume = volume;
    }

    /**
     * What was written.
     *
     * @param unreadable rows of commits that are damaged: those commits are not in it, and whoever checks it finds the chain broken there
     */
    public record Written(long commits, long unreadable, Bytes publicKey) {
    }

    /** Gives {@code lines} the whole file, piece by piece, from one frozen state. */
    public Written write(Reading reading, Consumer<byte[]> lines) {
        lines.accept(AuditCodec.encode(new AuditCodec.Head(volume, new Bytes(identity.publicKey()))));
        long[] counts = new long[2];
        try (Cursor kept = reading.cursor(Table.COMMITS, prefix('c')); Cursor gone = reading.cursor(Table.COMMITS, prefix('h'))) {
            boolean isKept = kept.next();
            boolean isGone = gone.next();
            while (isKept || isGone) {
                boolean goneFirst = isGone && (!isKept || Arrays.compareUnsigned(tail(gone), tail(kept)) < 0);
                try {
                    counts[0] += goneFirst ? gone(gone, lines) : kept(kept, lines);
                } catch (CorruptException | UnsupportedFormatException e) {
                    counts[1]++;
                }
                isGone = goneFirst ? gone.next() : isGone;
                isKept = goneFirst ? isKept : kept.next();
            }
        }
        lines.accept(AuditCodec.encodeEnd(counts[0]));
        return new Written(counts[0], counts[1], new Bytes(identity.publicKey()));
    }

    private long kept(Cursor row, Consumer<byte[]> lines) {
        Commit commit = CommitCodec.decodeCommit(seal.openSingle('C', row.key(), row.value()));
        AuditCodec.Proof proof = new AuditCodec.Proof(commit.previous(), commit.signature());
        lines.accept(AuditCodec.encode(new AuditCodec.Link(new CommitHeader(commit.epoch(), commit.time(), commit.changes()), Optional.of(proof))));
        return 1;
    }

    private long gone(Cursor row, Consumer<byte[]> lines) {
        long count = 0;
        for (CommitHeader header : CommitCodec.decodeHeaders(seal.openSingle('C', row.key(), row.value()))) {
            lines.accept(AuditCodec.encode(new AuditCodec.Link(header, Optional.empty())));
            count++;
        }
        return count;
    }

    private static byte[] tail(Cursor row) {
        byte[] key = row.key();
        return Arrays.copyOfRange(key, 1, key.length);
    }

    private byte[] prefix(char kind) {
        return new byte[] {(byte) kind, (byte) (volume >>> 8), (byte) volume};
    }
}
