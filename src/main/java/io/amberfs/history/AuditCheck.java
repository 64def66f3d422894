package io.amberfs.history;

import io.amberfs.codec.AuditCodec;
import io.amberfs.crypto.Identity;
import io.amberfs.model.Bytes;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows the chain that an {@link AuditTrail} wrote, line by line, from the first commit to the last; needs nothing else. Confined to one thread. */
public final class AuditCheck {
    /** Those beyond are only counted. */
    private static final int BREAKS_MAX = 1000;

    /** Where the chain does not hold: at a commit, and why. */
    public record Break(long epoch, long time, String reason) {
    }

    private final long watched;
    private final List<Break> breaks = new ArrayList<>();
    private AuditCodec.Head head;
    private Optional<Bytes> before = Optional.of(Bytes.NO_DIGEST);
    private Optional<Bytes> digestOfWatched = Optional.empty();
    private CommitHeader last;
    private long firstTime;
    private long commits;
    private long kept;
    private long broken;
    private boolean isSealed = true;
    private boolean isEnded;

    /** @param watched the epoch of a commit whose digest is wanted; 0 for none */
    public AuditCheck(long watched) {
        this.watched = watched;
    }

    /** @throws CorruptException when the line is none of an audit file */
    public void line(String line) {
        if (head == null) {
            head = AuditCodec.decodeHead(line);
            return;
        } else if (isEnded) {
            throw new CorruptException("it stands behind the end");
        }
        Optional<AuditCodec.Link> link = AuditCodec.decodeLink(line);
        link.ifPresentOrElse(this::link, () -> {
            isEnded = true;
            if (AuditCodec.decodeEnd(line) != commits) {
                throw new CorruptException("it says " + AuditCodec.decodeEnd(line) + " commits, and there are " + commits);
            }
        });
    }

    private void link(AuditCodec.Link link) {
        CommitHeader header = link.header();
        long expected = last == null ? 1 : last.epoch() + 1;
        if (header.epoch() < expected) {
            throw new CorruptException("commit " + header.epoch() + " stands behind commit " + (expected - 1));
        } else if (header.epoch() > expected) {
            fail(header, expected + 1 == header.epoch() ? "the commit before is missing" : "the " + (header.epoch() - expected) + " commits before are missing");
            before = Optional.empty();
        }
        firstTime = commits == 0 ? header.time() : firstTime;
        Optional<Bytes> digest = link.proof().map(proof -> kept(header, proof)).orElseGet(() -> before.map(previous -> Chain.header(head.volume(), header, previous)));
        isSealed = link.proof().isPresent();
        if (header.epoch() == watched) {
            digestOfWatched = digest;
        }
        before = digest;
        last = header;
        commits++;
    }

    private Optional<Bytes> kept(CommitHeader header, AuditCodec.Proof proof) {
        kept++;
        Bytes digest = Chain.header(head.volume(), header, proof.previous());
        if (before.filter(previous -> !previous.equals(proof.previous())).isPresent()) {
            fail(header, "it names another predecessor than the one that is there");
        }
        if (!Identity.verifies(head.publicKey().array(), digest.array(), proof.signature().array())) {
            fail(header, "its signature is not that of the key");
        }
        return Optional.of(digest);
    }

    private void fail(CommitHeader header, String reason) {
        broken++;
        if (breaks.size() < BREAKS_MAX) {
            breaks.add(new Break(header.epoch(), header.time(), reason));
        }
    }

    /**
     * What was found.
     *
     * @param kept   those that are signed themselves; all before the last of them are covered by its signature
     * @param broken how many breaks there are, also beyond those of the list
     * @param digest of the last commit; of {@code watched} the one whose digest was wanted, empty if it is not there
     */
    public record Result(Bytes publicKey, long commits, long kept, long lastEpoch, long firstTime, long lastTime, Bytes digest, Optional<Bytes> watched, long broken,
                         List<Break> breaks) {
    }

    /** Once all lines were given. @throws CorruptException when the end is missing */
    public Result result() {
        if (!isEnded) {
            throw new CorruptException("its end is missing: it was cut off");
        } else if (!isSealed) {
            fail(last, "no commit behind it is signed");
        }
        return new Result(head.publicKey(), commits, kept, last == null ? 0 : last.epoch(), firstTime, last == null ? 0 : last.time(), before.orElse(Bytes.NO_DIGEST),
            digestOfWatched, broken, breaks);
    }
}
