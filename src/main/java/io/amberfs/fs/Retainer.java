package io.amberfs.fs;

import io.amberfs.history.SteadyClock;
import io.amberfs.history.Thinning;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Fault;
import io.amberfs.model.Retention;
import io.amberfs.model.UnsupportedFormatException;
import io.amberfs.store.Batch;
import io.amberfs.store.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets go what the retention rule does not keep. Thread-safe; {@code working} lets one pass follow the other, and is taken before all other locks.
 */
public final class Retainer {
    private final Drive.Parts parts;
    private final Recorder recorder;
    private final SteadyClock steady;
    private final Thinning thinning;
    private final ReentrantLock working = new ReentrantLock();

    Retainer(Drive.Parts parts, Recorder recorder, Store store, SteadyClock steady) {
        this.parts = parts;
        this.recorder = recorder;
        this.steady = steady;
        thinning = new Thinning(store, parts.volume(), new Thinning.Writer() {
            @Override
            public void write(Batch batch) {
                recorder.exclusively(() -> store.write(batch));
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
     * Lets everything go that {@link #plan} finds by the rule that holds, and finishes what was left unfinished.
     *
     * @return how many commits went
     * @throws CorruptException when some stay, since it is damaged what says which they are; the others are gone
     */
    public long thin() {
        working.lock();
        try {
            List<Fault> damages = new ArrayList<>();
            unless(damages, () -> thinning.resume());
            long[] count = new long[1];
            for (Thinning.Run run : plan(Optional.empty())) {
                unless(damages, () -> count[0] += thinning.thin(run) ? run.thinned().size() : 0);
            }
            if (!damages.isEmpty()) {
                Fault first = damages.get(0);
                throw new CorruptException(count[0] + " commits are gone, and others stay, since " + first.getMessage() + "; `amberfs check` says what is hit", first);
            }
            return count[0];
        } finally {
            working.unlock();
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
