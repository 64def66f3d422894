package io.amberfs.fs;

import io.amberfs.history.StillPast;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Name;
import io.amberfs.model.PurgeNote;
import io.amberfs.store.Store;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the instants of a drive, and takes the whole of it back to one. Thread-safe; its callers hold no lock. */
public final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private final Store store;
    private final Drive.Parts parts;
    private final Tree tree;
    private final Recorder recorder;
    private final Retainer retainer;
    private final Clock clock;
    private final Runnable gather;

    History(Store store, Drive.Parts parts, Tree tree, Recorder recorder, Retainer retainer, Clock clock, Runnable gather) {
        this.store = store;
        this.parts = parts;
        this.tree = tree;
        this.recorder = recorder;
        this.retainer = retainer;
        this.clock = clock;
        this.gather = gather;
    }

    /** Tells of all that differs between two commits, which must stay meanwhile, in no order. @throws io.amberfs.model.CorruptException when a record that changed is damaged */
    public void diff(long from, long to, Consumer<Difference> taker) {
        try (StillPast before = parts.volume().stillAt(from); StillPast after = parts.volume().stillAt(to)) {
            new Diff(store, parts, before, after).each(taker);
        }
    }

    /** The versions of what is at a path, or was, newest first; of what was recorded. */
    public List<FileLog.Entry> log(List<Name> path) {
        return new FileLog(parts).of(path);
    }

    /** Looks for names in all that was recorded. {@code isOver} is asked for each; what is damaged is left out and given to {@code damaged}. */
    public void find(Predicate<byte[]> name, Consumer<FileLog.Found> taker, BooleanSupplier isOver, Consumer<CorruptException> damaged) {
        new FileLog(parts).find(name, taker, isOver, damaged);
    }

    /**
     * Makes the whole drive what it was in a commit, which must stay meanwhile. What was done before is a commit of its own, so that it can be gone back to.
     *
     * @return the new commit
     * @throws io.amberfs.model.Refusal DAMAGE when something of that instant cannot be read, NO_SPACE; nothing was changed
     */
    public Commit rollback(long epoch, Invalidation invalidation) {
        gather.run();
        Rollback rollback = new Rollback(store, parts, tree, epoch, invalidation, false);
        // Nothing else looks at or frees what is half-done, and what was before stays until all are told.
        return retainer.alone(() -> {
            Commit commit = recorder.rework(rollback);
            rollback.tell(commit);
            return commit;
        });
    }

    /**
     * What a purge removes from all commits but the newest, or would.
     *
     * @param files     inodes
     * @param versions  of those
     * @param first     the first commit from which something goes
     * @param elsewhere paths of the present where something is now that the path once led to, or was below it, and stays; some of them
     * @param freed     what came back
     */
    public record Purged(int files, long versions, Optional<Long> first, List<byte[]> elsewhere, Retainer.Freed freed) {
    }

    /**
     * Removes a file or tree, and all that it was, from every commit but the newest, and frees what only those had.
     *
     * @param user   who asks for it
     * @param dryRun only say what would go
     * @throws io.amberfs.model.Refusal HELD when a held snapshot has it, ERROR when something of it is open in the past, or nothing ever was there
     * @throws io.amberfs.model.CorruptException when a record of it cannot be read
     */
    public Purged purge(List<Name> path, String user, boolean dryRun, Snapshots snapshots, Invalidation invalidation, BooleanSupplier stop) {
        return retainer.alone(() -> {
            if (parts.health().reason().isEmpty()) {
                gather.run();
                retainer.settle();
            }
            Purge purge = new Purge(parts);
            purge.look(path);
            purge.requireFree(snapshots);
            Retainer.Freed freed = new Retainer.Freed(0, 0);
            if (!dryRun) {
                PurgeNote note = new PurgeNote(clock.nanos(), parts.volume().timeline().newestEpoch(), parts.volume().purges().hash(joined(path)), user);
                try {
                    purge.run(retainer, note);
                } finally {
                    invalidation.revised(purge::isHit);
                }
                // Also where nothing was left to go, since a purge may have ended before this.
                freed = retainer.reclaim(false, 0, stop);
            }
            return new Purged(purge.files(), purge.versions(), parts.volume().timeline().firstFrom(purge.first()), purge.elsewhere(), freed);
        });
    }

    private static byte[] joined(List<Name> path) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Name name : path) {
            joined.writeBytes(joined.size() == 0 ? new byte[0] : new byte[] {'/'});
            joined.writeBytes(name.bytes());
        }
        return joined.toByteArray();
    }

    /** Goes on with a rollback that was under way when the drive ended. Where that cannot be done, the present is not shown. */
    void resume() {
        Optional<Long> epoch = parts.volume().rollback();
        if (epoch.isEmpty()) {
            return;
        } else if (parts.health().reason().isPresent()) {
            parts.whole().tear();
            LOG.warn("a rollback was under way when the drive ended last: the present is shown when it has been mounted for writing; instants in .snapshots can be read");
            return;
        }
        try {
            recorder.rework(new Rollback(store, parts, tree, epoch.get(), Invalidation.NONE, true));
        } catch (RuntimeException e) {
            parts.whole().tear();
            parts.health().fail("a rollback that was under way cannot go on", e);
        }
    }
}
