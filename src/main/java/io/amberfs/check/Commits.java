package io.amberfs.check;

import io.amberfs.codec.CommitCodec;
import io.amberfs.model.Commit;
import io.amberfs.model.Fault;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Table;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which commits are kept, as runs of epochs: memory grows with the gaps only. Filled in rising order, then read. What was recorded since the newest commit counts as an
 * epoch of its own, {@link #now}. Confined to one thread.
 */
final class Commits {
    private final Reading reading;
    private final Opener opener;
    private final byte[] volume;
    private final Epochs there = new Epochs();

    Commits(Reading reading, Opener opener, int volume) {
        this.reading = reading;
        this.opener = opener;
        this.volume = new byte[] {(byte) (volume >>> 8), (byte) volume};
    }

    void add(long epoch) {
        there.add(epoch);
    }

    long oldest() {
        return there.isEmpty() ? 1 : there.first();
    }

    long newest() {
        return there.last();
    }

    /** The epoch of what was recorded since the newest commit. */
    long now() {
        return newest() + 1;
    }

    /** Whether an instant that can be read, the present among them, lies in [from, until). */
    boolean anyIn(long from, long until) {
        if (from >= until) {
            return false;
        } else if (until > now()) {
            return true;
        }
        return there.anyIn(from, until);
    }

    boolean contains(long epoch) {
        return epoch <= newest() && anyIn(epoch, epoch + 1);
    }

    byte[] prefix(char kind) {
        return new byte[] {(byte) kind, volume[0], volume[1]};
    }

    byte[] key(long epoch) {
        return KeyBytes.join(prefix('c'), epoch);
    }

    /** @throws Fault when the record is damaged */
    Optional<Commit> read(long epoch) {
        byte[] key = key(epoch);
        return reading.get(Table.COMMITS, key).map(row -> CommitCodec.decodeCommit(opener.single('C', key, row)));
    }

    Span span(long from, long until) {
        long first = Math.max(from, Math.min(oldest(), until - 1));
        return new Span(first, until, time(first), until > newest() ? OptionalLong.empty() : time(until));
    }

    private OptionalLong time(long epoch) {
        try {
            return read(epoch).map(commit -> OptionalLong.of(commit.time())).orElse(OptionalLong.empty());
        } catch (io.amberfs.model.CorruptException | io.amberfs.model.UnsupportedFormatException e) {
            return OptionalLong.empty();
        }
    }
}
