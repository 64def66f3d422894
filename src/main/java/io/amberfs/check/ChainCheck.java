package io.amberfs.check;

import io.amberfs.codec.CommitCodec;
import io.amberfs.history.Chain;
import io.amberfs.history.Changes;
import io.amberfs.model.Bytes;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows the chain from the first commit to the last: what each kept one changed, whom it names as its predecessor, and that the store signed it. */
final class ChainCheck {
    private static final int HEAD = 3;

    private final Scope scope;
    private final Chain chain;
    /** The digest of the header of the commit before; unknown behind one that is damaged or missing. */
    private Optional<Bytes> before = Optional.of(Bytes.NO_DIGEST);
    private long last;
    /** The newest commit when something was purged last; from that one on, nothing was. */
    private long lastPurge;

    ChainCheck(Scope scope, Chain chain) {
        this.scope = scope;
        this.chain = chain;
    }

    void run() {
        scope.pulse().phase("history", scope.commits().newest());
        purges();
        try (Rows kept = scope.rows(Table.COMMITS, scope.commits().prefix('c')); Rows thinned = scope.rows(Table.COMMITS, scope.commits().prefix('h'))) {
            boolean isKept = next(kept);
            boolean isThinned = next(thinned);
            while (isKept || isThinned) {
                if (!isThinned || isKept && KeyBytes.longAt(kept.key(), HEAD) < KeyBytes.longAt(thinned.key(), HEAD)) {
                    commit(KeyBytes.longAt(kept.key(), HEAD), kept);
                    isKept = next(kept);
                } else {
                    headers(thinned);
                    isThinned = next(thinned);
                }
                scope.pulse().step();
            }
        }
    }

    private void purges() {
        try (Rows notes = scope.rows(Table.COMMITS, scope.commits().prefix('p'))) {
            while (notes.next()) {
                try {
                    lastPurge = Math.max(lastPurge, CommitCodec.decodePurge(scope.opener().single('C', notes.key(), notes.value())).epoch());
                } catch (CorruptException | UnsupportedFormatException e) {
                    // Told before. Which commits it is of is not known.
                    lastPurge = Long.MAX_VALUE;
                }
            }
        }
    }

    /** Goes on to a row that an epoch is the key of; others were told before. */
    private static boolean next(Rows rows) {
        boolean valid = rows.next();
        while (valid && rows.key().length != HEAD + 8) {
            valid = rows.next();
        }
        return valid;
    }

    private void commit(long epoch, Rows row) {
        Optional<Commit> commit = commit(row);
        skipTo(epoch);
        if (commit.isPresent()) {
            reasons(commit.get()).forEach(reason -> scope.suspects().add(Subject.NOTHING, epoch, epoch + 1, hit -> new BrokenChain(epoch, reason, hit)));
        }
        before = commit.map(chain::header);
        last = epoch;
    }

    /** Empty for one that is damaged, which was told before. */
    private Optional<Commit> commit(Rows row) {
        try {
            return Optional.of(CommitCodec.decodeCommit(scope.opener().single('C', row.key(), row.value())));
        } catch (CorruptException | UnsupportedFormatException e) {
            return Optional.empty();
        }
    }

    private List<String> reasons(Commit commit) {
        List<String> reasons = new ArrayList<>();
        if (!chain.isSigned(commit)) {
            reasons.add("its signature is not this store's");
        }
        if (before.filter(digest -> !digest.equals(commit.previous())).isPresent()) {
            reasons.add("it names another predecessor than the one that is there");
        }
        try {
            Changes.Own own = Changes.own(scope.reading(), scope.opener()::versioned, scope.volume(), commit.epoch());
            if (!own.root().equals(commit.changes())) {
                reasons.add("it changed something else than what is there");
            } else if (own.isPurged() && commit.epoch() >= lastPurge) {
                reasons.add("something was purged from it, and no purge is noted");
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            reasons.add("what it changed cannot be read: " + e.getMessage());
        }
        return reasons;
    }

    private void headers(Rows row) {
        try {
            for (CommitHeader header : CommitCodec.decodeHeaders(scope.opener().single('C', row.key(), row.value()))) {
                skipTo(header.epoch());
                before = before.map(digest -> chain.header(header, digest));
                last = header.epoch();
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            before = Optional.empty();
        }
    }

    /** Commits are missing before {@code epoch}, which was told before: nobody knows the digest of the last of them. */
    private void skipTo(long epoch) {
        if (epoch != last + 1) {
            before = Optional.empty();
        }
    }
}
