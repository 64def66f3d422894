package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.block.Reclaim;
import io.amberfs.history.Ladder;
import io.amberfs.history.Point;
import io.amberfs.history.SteadyClock;
import io.amberfs.history.Thinning;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Fault;
import io.amberfs.model.Retention;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Lets go what the retention rule does not keep, and frees what nothing names. Thread-safe; {@code working} lets one pass follow the other, and is taken before all other locks.
 */
public final class Retainer {
    /** Who leaves so little of the blocks asks for the room of other rows, too. */
    private static final double THOROUGH = 0.01;
    /** Of the rows in a table, those that are marks of deletion, from which on it is written anew. */
    private static final double COMPACTED = 0.05;
    /** Moments that are younger, in nanoseconds, do not go for room. */
    private static final long NEVER_TOUCHED = Duration.ofHours(1).toNanos();

    private final Drive.Parts parts;
    private final Recorder recorder;
    private final SteadyClock steady;
    private final Thinning thinning;
    private final Reaper reaper;
    private final Store store;
    private final BlockStore blocks;
    private final ReentrantLock working = new ReentrantLock();
    private volatile boolean closed;
    private volatile long lacking;

    Retainer(Drive.Parts parts, Recorder recorder, Reaper reaper, Store store, BlockStore blocks, SteadyClock steady) {
        this.parts = parts;
        this.reaper = reaper;
        this.store = store;
        this.blocks = blocks;
        this.recorder = recorder;
        this.steady = steady;
        thinning = new Thinning(store, parts.volume(), new Thinning.Writer() {
            @Override
            public void write(Batch batch) {
                Retainer.this.write(batch);
            }

            @Override
            public boolean letGo(Collection<Long> epochs, Batch batch) {
                boolean[] done = new boolean[1];
                recorder.exclusively(() -> done[0] = parts.pastGate().letGo(epochs, () -> store.write(batch)));
                return done[0];
            }
        });
    }

    /** What goes now by a rule, or by the one that holds; empty also where the rule is damaged. */
    public List<Thinning.Run> plan(Optional<Retention> rule) {
        return rule.or(parts.volume()::retention).map(r -> thinning.plan(r, steady.now().steady(), parts.pastGate().pinned())).orElse(List.of());
    }

    /**
     * What goes by a rule, and what beyond it to make the room that it wants.
     *
     * @param runs     all of it
     * @param forRoom  the last epoch up to which the ladder would keep more; 0 if it need not be
     * @param bytes    of blocks on disk that come back with the next reclaim, about
     * @param lacking  bytes of room that are wanted and cannot be had, since the rest is of snapshots, the last hour, or what somebody has entered
     */
    public record Room(List<Thinning.Run> runs, long forRoom, long bytes, long lacking) {
    }

    /** What goes now, by a rule or by the one that holds, and what comes back with it. All rows are read. @throws CorruptException when one cannot be */
    public Room outlook(Optional<Retention> wanted) {
        return alone(() -> {
            Optional<Retention> rule = wanted.or(parts.volume()::retention);
            return rule.isEmpty() ? new Room(List.of(), 0, 0, 0) : outlook(rule.get());
        });
    }

    private Room outlook(Retention rule) {
        long now = steady.now().steady();
        List<Point> points = parts.volume().timeline().points();
        Set<Long> firm = thinning.firm(points, parts.pastGate().pinned());
        Predicate<Point> stays = point -> firm.contains(point.epoch()) || now - point.steady() < NEVER_TOUCHED;
        Set<Long> kept = new HashSet<>(firm);
        Ladder.kept(points, rule, now).stream().map(Point::epoch).forEach(kept::add);
        Outlook outlook = new Outlook(points, kept, stays);
        outlook.look(store, parts.volume(), blocks, () -> closed);
        long total = store.totalBytes();
        long tooMuch = rule.maxHistory().map(most -> outlook.history() - most.of(total)).orElse(0L);
        long tooLittle = rule.minFree().map(least -> least.of(total) - store.freeBytes() - outlook.unnamed() - outlook.going()).orElse(0L);
        long wanted = Math.max(tooMuch, tooLittle);
        long upTo = wanted > 0 ? outlook.upTo(wanted) : 0;
        points.stream().filter(point -> point.epoch() <= upTo && !stays.test(point)).forEach(point -> kept.remove(point.epoch()));
        long back = outlook.backUpTo(upTo);
        return new Room(Thinning.runs(points, kept), upTo, outlook.going() + back, Math.max(0, wanted - back));
    }

    /**
     * Lets the oldest moments go where the rule that holds wants more room than there is; {@link #reclaim} gives it back.
     *
     * @return how many went
     */
    public long makeRoom() {
        Optional<Retention> rule = parts.volume().retention().filter(Retention::isBounded).filter(this::mayBind);
        if (rule.isEmpty()) {
            lacking = 0;
            return 0;
        }
        return alone(() -> {
            Room room = outlook(rule.get());
            lacking = room.lacking();
            long count = 0;
            for (Thinning.Run run : room.runs()) {
                count += !closed && thinning.thin(run) ? run.thinned().size() : 0;
            }
            return count;
        });
    }

    /** Whether it could want more room than there is; if not, nobody has to look at what takes it. */
    private boolean mayBind(Retention rule) {
        long total = store.totalBytes();
        return rule.maxHistory().filter(most -> store.usedBytes() > most.of(total)).isPresent() || rule.minFree().filter(least -> store.freeBytes() < least.of(total)).isPresent();
    }

    /** Bytes of room that the rule wants and that could not be had when it was looked last. */
    public long lacking() {
        return lacking;
    }

    /**
     * Lets everything go that {@link #plan} finds by the rule that holds, and finishes what was left unfinished.
     *
     * @return how many commits went
     * @throws CorruptException when some stay, since it is damaged what says which they are; the others are gone
     */
    public long thin() {
        return alone(() -> {
            List<Fault> damages = new ArrayList<>();
            unless(damages, () -> thinning.resume());
            long[] count = new long[1];
            for (Thinning.Run run : plan(Optional.empty())) {
                if (closed) {
                    return count[0];
                }
                unless(damages, () -> count[0] += thinning.thin(run) ? run.thinned().size() : 0);
            }
            if (!damages.isEmpty()) {
                Fault first = damages.get(0);
                throw new CorruptException(count[0] + " commits are gone, and others stay, since " + first.getMessage() + "; `amberfs check` says what is hit", first);
            }
            return count[0];
        });
    }

    /** Asks what is under way to end. */
    void stop() {
        closed = true;
    }

    /** Waits until nothing is under way, and lets nothing begin any more. */
    void close() {
        stop();
        working.lock();
    }

    /** Runs {@code work} while nothing is let go or freed. */
    public <T> T alone(Supplier<T> work) {
        working.lock();
        try {
            return work.get();
        } finally {
            working.unlock();
        }
    }

    /** What the drive holds, of all that was done before. @throws CorruptException when a row cannot be read */
    public Usage usage() {
        return alone(() -> {
            if (parts.health().reason().isEmpty()) {
                settle();
            }
            return Usage.of(store, parts.volume(), blocks, () -> closed);
        });
    }

    /** All that was done before becomes a commit, and what is left of files that are gone is deleted. */
    void settle() {
        reaper.steps();
        recorder.sync();
    }

    /**
     * Changes what instants show, between two recordings; not if something is open in one of them.
     *
     * @param maker of the batch, called between the two
     * @return whether it was written
     * @throws CorruptException as {@code maker} does: nothing was written
     */
    boolean revise(LongPredicate isHit, Supplier<Batch> maker) {
        boolean[] done = new boolean[1];
        CorruptException[] damage = new CorruptException[1];
        recorder.exclusively(() -> {
            try {
                Batch batch = maker.get();
                done[0] = parts.pastGate().revise(isHit, () -> store.write(batch));
            } catch (CorruptException e) {
                damage[0] = e;
            }
        });
        if (damage[0] != null) {
            throw damage[0];
        }
        return done[0];
    }

    /**
     * The bytes on disk that the past takes, by what lies in a directory: each name in it stands for all below. Of what has moved, where it was last; what had no name
     * whenever it was recorded is told of the root, with an empty path.
     *
     * @param within the path of the directory
     * @throws CorruptException when a row cannot be read
     */
    public Map<ByteBuffer, Long> spending(byte[] within, BooleanSupplier stop) {
        return alone(() -> {
            Map<ByteBuffer, Long> spent = new HashMap<>();
            FileLog log = new FileLog(parts);
            Spending.of(store, parts.volume(), blocks, () -> closed || stop.getAsBoolean()).forEach((ino, bytes) ->
                childOf(within, log.lastPath(ino)).ifPresent(child -> spent.merge(child, bytes, Long::sum)));
            return spent;
        });
    }

    /** The path as far as the first name below a directory; empty if it does not lie there. What never had a name lies in the root, and has none. */
    private static Optional<ByteBuffer> childOf(byte[] within, byte[] path) {
        if (within.length == 0 && path.length == 0) {
            return Optional.of(ByteBuffer.wrap(path));
        }
        int start = within.length == 0 ? 0 : within.length + 1;
        if (path.length <= start || !Arrays.equals(within, Arrays.copyOf(path, within.length)) || start > 0 && path[start - 1] != '/') {
            return Optional.empty();
        }
        int end = start;
        while (end < path.length && path[end] != '/') {
            end++;
        }
        return Optional.of(ByteBuffer.wrap(path, 0, end));
    }

    /** What nothing names: {@code blocks}, and the bytes that they take on disk; before, about. */
    public record Freed(long blocks, long bytes) {
    }

    /**
     * Frees the blocks that nothing names, and the room of rows that were deleted, beside all work.
     *
     * @param dryRun only say what would be freed
     * @param rest   the share of it that may be left where it is, lying among much that stays; with 0, of rows that were deleted nothing is left either
     * @param stop   asked now and then whether to end
     * @throws CorruptException when a row cannot be read, so that nobody knows which blocks it names: nothing was freed
     * @throws Reclaim.Stopped when it was to end; what is left is for the next pass
     */
    public Freed reclaim(boolean dryRun, double rest, BooleanSupplier stop) {
        BooleanSupplier end = () -> closed || stop.getAsBoolean();
        return alone(() -> reclaim(dryRun, rest, false, end).or(() -> reclaim(dryRun, rest, true, end)).orElseThrow(() ->
            new CorruptException("a block is named whose number was never given; nothing is freed: `amberfs check` says what is hit")));
    }

    /** @return empty if something names a block that should be long gone */
    private Optional<Freed> reclaim(boolean dryRun, double rest, boolean all, BooleanSupplier end) {
        reaper.steps();
        try (Reclaim pass = blocks.reclaim(all, end)) {
            recorder.sync();
            try (Reading reading = store.reading()) {
                parts.volume().named(reading).forEach(pass::found);
            }
            if (dryRun) {
                return Optional.of(new Freed(pass.unnamed(), pass.unnamedBytes()));
            }
            if (!pass.condemn()) {
                return Optional.empty();
            }
            long before = store.usedBytes();
            long count = pass.sweep(rest, recorder::exclusively);
            if (rest <= THOROUGH) {
                store.compact(rest == 0 ? 0 : COMPACTED);
            }
            return Optional.of(new Freed(count, Math.max(0, before - store.usedBytes())));
        }
    }

    private static void unless(List<Fault> damages, Runnable work) {
        try {
            work.run();
        } catch (CorruptException | UnsupportedFormatException e) {
            damages.add(e);
        }
    }

    /** What was last said of a wall clock that jumped, since the drive was opened. */
    public Optional<String> clockJump() {
        return steady.jump();
    }

    /** Makes a small batch of the store's own durable, between two recordings. */
    public void write(Batch batch) {
        recorder.exclusively(() -> store.write(batch));
    }

    /** Sets the rule; what it lets go goes with the next pass. */
    public void retain(Retention rule) {
        recorder.exclusively(() -> parts.volume().retain(rule));
    }

    /** Keeps an instant from going, until it is closed. @throws FsException ESTALE when it is gone */
    public Stay stay(long epoch) {
        parts.pastGate().in(epoch, view -> {
            parts.pastGate().enter(epoch);
            return view;
        });
        return () -> parts.pastGate().leave(epoch);
    }

    /** See {@link #stay}. */
    public interface Stay extends AutoCloseable {
        @Override
        void close();
    }
}
