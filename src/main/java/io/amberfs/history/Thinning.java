package io.amberfs.history;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Batch;
import io.amberfs.store.Cursor;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import io.amberfs.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets commits go. What is thinned at a time is a run of commits between two that are kept; the versions of rows that only commits of the run could show go with it, and what the
 * run changed is noted as changed by the kept commit behind it. The work grows with what the run changed.
 *
 * <ol>
 * <li>In one batch the commits can no longer be entered, their headers stay for the chain, and the run is noted as unfinished.
 * <li>Then its rows go, in batches of any size: each is right whether the others follow or not.
 * <li>The last one says that the run is finished. What a crash left unfinished is gone on with.
 * </ol>
 *
 * <p>Confined to one thread at a time, and to one run; beside recordings, which only touch rows of later epochs.
 */
public final class Thinning {
    /** Changes of rows in a batch, at most. */
    private static final int BATCH = 1000;

    private final Store store;
    private final Volume volume;
    private final Timeline timeline;
    private final Writer writer;

    /** Makes batches durable, between two recordings. What it throws ends the work, which can be gone on with. */
    public interface Writer {
        void write(Batch batch);

        /** Writes the batch after which the epochs cannot be entered any more, unless somebody is in one of them. @return whether it was written */
        boolean letGo(Collection<Long> epochs, Batch batch);
    }

    public Thinning(Store store, Volume volume, Writer writer) {
        this.store = store;
        this.volume = volume;
        timeline = volume.timeline();
        this.writer = writer;
    }

    /** Commits in a row, all of which go; the one before and the one behind are kept. */
    public record Run(long before, List<Point> thinned, Point behind) {
    }

    /**
     * What a rule lets go now: all that its ladder does not keep, but for snapshots, the newest commit, and {@code pinned} epochs.
     *
     * @param now steady time, in nanoseconds
     */
    public List<Run> plan(Retention rule, long now, Set<Long> pinned) {
        List<Point> points = timeline.points();
        Set<Long> kept = new HashSet<>(firm(points, pinned));
        Ladder.kept(points, rule, now).stream().map(Point::epoch).forEach(kept::add);
        return runs(points, kept);
    }

    /** Of all commits, those that no rule lets go. */
    public Set<Long> firm(List<Point> points, Set<Long> pinned) {
        Set<Long> firm = new HashSet<>(pinned);
        timeline.snapshots().stream().map(Snapshot::epoch).forEach(firm::add);
        if (!points.isEmpty()) {
            firm.add(points.get(points.size() - 1).epoch());
        }
        return firm;
    }

    /** All commits, of which the newest must be among them, but those that are kept. */
    public static List<Run> runs(List<Point> points, Set<Long> kept) {
        List<Run> runs = new ArrayList<>();
        List<Point> run = new ArrayList<>();
        long before = 0;
        for (Point point : points) {
            if (!kept.contains(point.epoch())) {
                run.add(point);
            } else {
                if (!run.isEmpty()) {
                    runs.add(new Run(before, run, point));
                    run = new ArrayList<>();
                }
                before = point.epoch();
            }
        }
        return runs;
    }

    /** Finishes what was left unfinished. */
    public void resume() {
        timeline.unfinished().forEach(run -> clear(run.before(), run.behind()));
    }

    /**
     * Lets the commits of a run go. They must still be there, and those around it be kept.
     *
     * @return false if somebody has entered one of them since it was planned: nothing was done
     * @throws CorruptException when what says which commits these are is damaged: nothing was done
     */
    public boolean thin(Run run) {
        Batch batch = new Batch();
        timeline.thin(batch, run.before(), run.thinned(), run.behind());
        if (!writer.letGo(run.thinned().stream().map(Point::epoch).toList(), batch)) {
            return false;
        }
        timeline.thinned();
        clear(run.before(), run.behind().epoch());
        return true;
    }

    private void clear(long before, long behind) {
        if (timeline.firstFrom(before + 1).filter(first -> first == behind).isEmpty()) {
            throw new CorruptException("there are commits between " + before + " and " + behind + ", which should be gone");
        }
        byte[] prefix = Arrays.copyOf(Change.prefix(volume.number(), 0), 2);
        boolean more = true;
        while (more) {
            Batch batch = new Batch();
            try (Reading reading = store.reading(); Cursor changes = reading.cursor(Table.CHANGES, prefix); Cursor past = reading.cursor(Table.PAST, prefix)) {
                more = changes.seek(Change.prefix(volume.number(), before + 1));
                for (int count = 0; more && count < BATCH; count++) {
                    long epoch = Change.epoch(changes.key());
                    if (epoch >= behind) {
                        more = false;
                    } else {
                        leave(reading, past, batch, changes.key(), new Bounds(before, epoch, behind));
                        more = changes.next();
                    }
                }
            }
            if (!more) {
                timeline.finish(batch, behind);
            }
            writer.write(batch);
        }
    }

    private record Bounds(long before, long epoch, long behind) {
    }

    /**
     * Lets the version go that was there in that epoch, if no kept commit shows it, and has the change of it noted by the commit behind. Where a row is damaged, all that
     * is there stays.
     */
    private void leave(Reading reading, Cursor past, Batch batch, byte[] changeKey, Bounds bounds) {
        byte[] key = Change.rowKey(changeKey);
        batch.delete(Table.CHANGES, changeKey);
        try {
            change(reading, past, batch, key, bounds);
        } catch (CorruptException e) {
            batch.put(Table.CHANGES, Change.key(bounds.behind(), key), Change.noted(0).encode());
        }
    }

    private static void change(Reading reading, Cursor past, Batch batch, byte[] key, Bounds bounds) {
        Optional<Row> version = visible(past, key, bounds.epoch());
        if (version.isPresent() && version.get().from() > bounds.before() && version.get().until() <= bounds.behind()) {
            batch.delete(Table.PAST, KeyBytes.join(key, version.get().until()));
        }
        byte[] behind = Change.key(bounds.behind(), key);
        Optional<Change> noted = reading.get(Table.CHANGES, behind).map(row -> Change.decode(key, row));
        if (noted.filter(Change::isOwn).isPresent()) {
            return;
        }
        long previous = visible(past, key, bounds.before()).map(Row::from).orElse(0L);
        if (previous != 0 || isThere(reading, past, key, bounds.behind())) {
            batch.put(Table.CHANGES, behind, Change.noted(previous).encode());
        } else if (noted.isPresent()) {
            batch.delete(Table.CHANGES, behind);
        }
    }

    private record Row(long from, long until) {
    }

    /** The version of the past that a row had in an epoch; empty also for the one that lives. */
    private static Optional<Row> visible(Cursor past, byte[] key, long epoch) {
        if (!past.seek(KeyBytes.join(key, epoch + 1)) || !Past.isVersionOf(past.key(), key)) {
            return Optional.empty();
        }
        long from = RowSeal.from(key, past.value());
        return from <= epoch ? Optional.of(new Row(from, KeyBytes.longAt(past.key(), key.length))) : Optional.empty();
    }

    private static boolean isThere(Reading reading, Cursor past, byte[] key, long epoch) {
        return reading.get(Table.LIVE, key).filter(row -> RowSeal.from(key, row) <= epoch).isPresent() || visible(past, key, epoch).isPresent();
    }
}
