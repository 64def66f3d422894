package io.amberfs.daemon;

import io.amberfs.block.Reclaim;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Retainer;
import io.amberfs.model.Clock;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import io.amberfs.model.Refusal;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go what the retention rule does not keep, and frees what nothing names any more, while the drive is mounted.
 *
 * <p>It looks every half minute, but spends little of the time at it: after a look that took long the next one waits longer. What nothing names is freed once an hour at most, if
 * something was let go since; where little of it lies among much that stays, it is left there.
 *
 * <p>Confined to one thread. {@link #step} ends soon once the drive is closed.
 */
final class Keeper {
    /** Between two looks at what is to be let go, in milliseconds. */
    static final long PAUSE = 30_000;
    /** A pass takes at most this part of the time. */
    private static final int PART = 50;
    private static final long RECLAIM_PAUSE = TimeUnit.HOURS.toNanos(1);
    /** The share of what nothing names that may be left on disk. */
    private static final double LEFT = 0.2;
    /** The same where room is wanted. */
    private static final double THOROUGH = 0.005;
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Drive drive;
    private final Clock clock;
    /** When the next look is due, by the clock's {@link Clock#elapsed}. */
    private long nextThin;
    private long nextReclaim;
    private long nextRoom;
    private long lackingBefore;
    /** Commits that went and whose blocks were not freed; one for what was done before the drive was mounted. */
    private long owed = 1;

    Keeper(Drive drive, Clock clock) {
        this.drive = drive;
        this.clock = clock;
        nextThin = clock.elapsed();
        nextRoom = nextThin;
        nextReclaim = nextThin + RECLAIM_PAUSE;
    }

    /** Does what is due. Never throws what the next step could be better at. */
    void step() {
        if (drive.readOnly().isPresent()) {
            return;
        }
        try {
            thin();
            makeRoom();
            reclaim();
        } catch (Reclaim.Stopped e) {
            LOG.debug("the drive is being closed: {}", e.getMessage());
        } catch (FsException | Fault | Refusal e) {
            LOG.error("the past could not be thinned, or its room not be freed: {}", e.getMessage());
            nextThin = clock.elapsed() + RECLAIM_PAUSE;
        } catch (RuntimeException | Error e) {
            LOG.error("a mistake in amberfs: the past could not be thinned, or its room not be freed", e);
            nextThin = clock.elapsed() + RECLAIM_PAUSE;
        }
    }

    private void thin() {
        long begun = clock.elapsed();
        if (begun < nextThin) {
            return;
        }
        owed++; // also if it fails on the way
        long commits = drive.retainer().thin();
        owed += commits - 1;
        if (commits > 0) {
            LOG.info("{} commits are gone that the retention rule does not keep", commits);
        }
        nextThin = clock.elapsed() + PART * (clock.elapsed() - begun);
    }

    /** What went for room is freed at once, as far as it can be. */
    private void makeRoom() {
        long begun = clock.elapsed();
        if (begun < nextRoom) {
            return;
        }
        nextRoom = begun + RECLAIM_PAUSE; // if it fails
        long commits = drive.retainer().makeRoom();
        if (commits > 0) {
            owed += commits;
            Retainer.Freed freed = drive.retainer().reclaim(false, THOROUGH, () -> false);
            owed = 0;
            LOG.info("{} commits are gone to make the room that the retention rule wants; {} bytes came back", commits, freed.bytes());
        }
        long lacking = drive.retainer().lacking();
        if (lacking > 0 && lackingBefore == 0) {
            LOG.warn("the retention rule wants {} bytes more room than can be had: what is left is of snapshots, the last hour, or what is open", lacking);
        }
        lackingBefore = lacking;
        nextRoom = clock.elapsed() + PART * (clock.elapsed() - begun);
    }

    private void reclaim() {
        long begun = clock.elapsed();
        if (owed == 0 || begun < nextReclaim) {
            return;
        }
        try {
            Retainer.Freed freed = drive.retainer().reclaim(false, LEFT, () -> false);
            owed = 0;
            LOG.info("{} blocks were freed, {} bytes on disk", freed.blocks(), freed.bytes());
        } finally {
            nextReclaim = clock.elapsed() + Math.max(RECLAIM_PAUSE, PART * (clock.elapsed() - begun));
        }
    }
}
