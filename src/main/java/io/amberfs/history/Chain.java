package io.amberfs.history;

import io.amberfs.codec.Out;
import io.amberfs.crypto.Identity;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.Totals;
import java.nio.charset.StandardCharsets;

/**
 * What makes one chain of all commits of a volume: the header of each names the digest of the one before, and of all that it changed, and is signed by the store. The digest of a
 * header is SHA-256 of {@code "amberfs commit 1" | volume u16 | epoch u64 | time i64 | previous 32 | changes 32}; it is that digest that is signed. Thread-safe.
 */
public final class Chain {
    private static final byte[] DOMAIN = "amberfs commit 1".getBytes(StandardCharsets.US_ASCII);

    private final Identity identity;
    private final int volume;

    Chain(Identity identity, int volume) {
        this.identity = identity;
        this.volume = volume;
    }

    /** A commit of the present epoch, signed. */
    Commit link(long epoch, Moment moment, Totals totals, Bytes previous, Bytes changes) {
        Bytes header = header(volume, epoch, moment.time(), previous, changes);
        return new Commit(epoch, moment.time(), moment.steady(), totals, previous, changes, new Bytes(identity.sign(header.array())));
    }

    /** The digest of the header of a commit. */
    public Bytes header(Commit commit) {
        return header(volume, commit.epoch(), commit.time(), commit.previous(), commit.changes());
    }

    /** The same for one that was let go. */
    public Bytes header(CommitHeader header, Bytes previous) {
        return header(volume, header, previous);
    }

    static Bytes header(int volume, CommitHeader header, Bytes previous) {
        return header(volume, header.epoch(), header.time(), previous, header.changes());
    }

    AuditTrail trail(RowSeal seal) {
        return new AuditTrail(seal, identity, volume);
    }

    /** Whether it is this store that signed it. */
    public boolean isSigned(Commit commit) {
        return Identity.verifies(identity.publicKey(), header(commit).array(), commit.signature().array());
    }

    private static Bytes header(int volume, long epoch, long time, Bytes previous, Bytes changes) {
        byte[] bytes = new Out(98).raw(DOMAIN).u16(volume).u64(epoch).u64(time).raw(previous.array()).raw(changes.array()).toBytes();
        return new Bytes(HashTree.sha256().digest(bytes));
    }
}
