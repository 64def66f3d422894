package io.amberfs.check;

import io.amberfs.codec.CommitCodec;
import io.amberfs.history.Timeline;
import io.amberfs.model.Commit;
import io.amberfs.model.CommitHeader;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Snapshot;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Commits without gaps, found by their times; snapshots and change records that lead to them. Fills {@link Commits}. Confined to one thread. */
final class CommitCheck {
    private static final int HEAD = 3;
    private static final int CHANGES_HEAD = 2;

    private final Scope scope;
    private final Commits commits;
    private Optional<Commit> newest = Optional.empty();
    private final Epochs thinned = new Epochs();
    private long count;
    private long faults;

    CommitCheck(Scope scope) {
        this.scope = scope;
        commits = scope.commits();
    }

    /** The record of the newest commit, if it can be read. */
    Optional<Commit> newest() {
        return newest;
    }

    void run() {
        scope.pulse().phase("commits", 0);
        headers();
        commits();
        times();
        snapshots();
        purges();
    }

    private void purges() {
        try (Rows rows = scope.rows(Table.COMMITS, commits.prefix('p'))) {
            while (rows.next()) {
                if (rows.key().length != HEAD + 8) {
                    scope.stray(Table.COMMITS, rows.key());
                    continue;
                }
                try {
                    CommitCodec.decodePurge(scope.opener().single('C', rows.key(), rows.value()));
                } catch (CorruptException | UnsupportedFormatException e) {
                    damaged("the note of a purge", commits.oldest(), e);
                }
            }
        }
    }

    /** Of commits that were thinned. */
    private void headers() {
        try (Rows rows = scope.rows(Table.COMMITS, commits.prefix('h'))) {
            while (rows.next()) {
                scope.pulse().step();
                if (rows.key().length != HEAD + 8) {
                    scope.stray(Table.COMMITS, rows.key());
                    continue;
                }
                long last = KeyBytes.longAt(rows.key(), HEAD);
                try {
                    List<CommitHeader> headers = CommitCodec.decodeHeaders(scope.opener().single('C', rows.key(), rows.value()));
                    headers.forEach(header -> thinned.add(header.epoch()));
                    if (thinned.last() != last) {
                        throw new CorruptException("they are the headers of commits up to " + thinned.last());
                    }
                } catch (CorruptException | UnsupportedFormatException e) {
                    faults++;
                    damaged("headers of commits up to " + last, last, e);
                }
            }
        }
    }

    private void commits() {
        try (Rows rows = scope.rows(Table.COMMITS, commits.prefix('c'))) {
            while (rows.next()) {
                scope.pulse().step();
                if (rows.key().length != HEAD + 8) {
                    scope.stray(Table.COMMITS, rows.key());
                    continue;
                }
                commit(KeyBytes.longAt(rows.key(), HEAD), rows.key(), rows.value());
            }
        }
    }

    private void commit(long epoch, byte[] key, byte[] row) {
        long before = commits.newest();
        if (epoch != before + 1) {
            thinned.gaps(before + 1, epoch - 1, this::missing);
        }
        count++;
        commits.add(epoch);
        newest = Optional.empty();
        try {
            Commit commit = CommitCodec.decodeCommit(scope.opener().single('C', key, row));
            newest = Optional.of(commit);
            if (commit.epoch() != epoch) {
                throw new CorruptException("it is the record of commit " + commit.epoch());
            } else if (scope.reading().get(Table.COMMITS, timeKey(commit)).filter(steady -> Arrays.equals(steady, KeyBytes.ofLong(commit.steady()))).isEmpty()) {
                faults++;
                wrongTime(epoch);
            }
        } catch (CorruptException | UnsupportedFormatException e) {
            faults++;
            damaged("commit " + epoch, epoch, e);
        }
    }

    /** As each commit was found by its time, the times agree if they are as many; only else is each looked at. */
    private void times() {
        long last = commits.newest();
        long times = 0;
        try (Rows rows = scope.rows(Table.COMMITS, commits.prefix('t'))) {
            while (rows.next()) {
                times++;
            }
        }
        if (times == count && faults == 0) {
            return;
        }
        try (Rows rows = scope.rows(Table.COMMITS, commits.prefix('t'))) {
            while (rows.next()) {
                if (rows.key().length != HEAD + 16) {
                    scope.stray(Table.COMMITS, rows.key());
                    continue;
                }
                time(KeyBytes.longAt(rows.key(), HEAD + 8), rows.key(), last);
            }
        }
    }

    private void time(long epoch, byte[] key, long last) {
        if (epoch == last + 1 || epoch > 0 && epoch < commits.oldest()) {
            missing(epoch, epoch);
            if (epoch == last + 1) {
                commits.add(epoch);
                newest = Optional.empty();
            }
        } else if (epoch > last || epoch < 1) {
            wrongTime(epoch);
        } else if (commits.contains(epoch)) {
            try {
                if (commits.read(epoch).filter(commit -> Arrays.equals(timeKey(commit), key)).isEmpty()) {
                    wrongTime(epoch);
                }
            } catch (CorruptException | UnsupportedFormatException e) {
                return;
            }
        }
    }

    private void snapshots() {
        try (Rows rows = scope.rows(Table.COMMITS, commits.prefix('s'))) {
            while (rows.next()) {
                try {
                    snapshot(rows.key(), CommitCodec.decodeSnapshot(scope.opener().single('C', rows.key(), rows.value())));
                } catch (CorruptException | UnsupportedFormatException e) {
                    damaged("a snapshot", commits.oldest(), e);
                }
            }
        }
    }

    private void snapshot(byte[] key, Snapshot snapshot) {
        byte[] hash = scope.records().snapshotHash(snapshot.name().getBytes(StandardCharsets.UTF_8));
        if (!Arrays.equals(key, KeyBytes.join(commits.prefix('s'), hash))) {
            lost(snapshot, "it is not in the place of its name");
        } else if (!commits.contains(snapshot.epoch())) {
            lost(snapshot, "its commit " + snapshot.epoch() + " does not exist");
        }
    }

    /** Looks at one record of each epoch. */
    void changes() {
        scope.pulse().phase("change records", 0);
        byte[] prefix = Arrays.copyOfRange(commits.prefix('c'), 1, HEAD);
        try (Rows rows = scope.rows(Table.CHANGES, prefix)) {
            boolean valid = rows.next();
            while (valid) {
                scope.pulse().step();
                if (rows.key().length < CHANGES_HEAD + 8) {
                    scope.stray(Table.CHANGES, rows.key());
                    valid = rows.next();
                    continue;
                }
                long epoch = KeyBytes.longAt(rows.key(), CHANGES_HEAD);
                if (epoch > commits.now() || epoch < 1) {
                    scope.suspects().add(Subject.NOTHING, epoch, epoch + 1, hit -> new StrayChange(epoch, hit));
                }
                valid = epoch != -1 && rows.seek(KeyBytes.join(prefix, epoch + 1));
            }
        }
    }

    private byte[] timeKey(Commit commit) {
        return KeyBytes.join(KeyBytes.join(commits.prefix('t'), Timeline.second(commit.time()) ^ Long.MIN_VALUE), commit.epoch());
    }

    private void missing(long first, long last) {
        scope.suspects().add(Subject.NOTHING, first, last + 1, hit -> new MissingCommit(first, last, hit));
    }

    private void wrongTime(long epoch) {
        scope.suspects().add(Subject.NOTHING, epoch, epoch + 1, hit -> new WrongTime(epoch, hit));
    }

    private void lost(Snapshot snapshot, String reason) {
        scope.suspects().add(Subject.NOTHING, snapshot.epoch(), snapshot.epoch() + 1, hit -> new LostSnapshot(snapshot.name(), reason, hit));
    }

    private void damaged(String row, long epoch, RuntimeException e) {
        scope.suspects().add(Subject.NOTHING, epoch, epoch + 1, hit -> new DamagedRow(Table.COMMITS, row, e.getMessage(), hit));
    }
}
