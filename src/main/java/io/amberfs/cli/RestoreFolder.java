package io.amberfs.cli;

import io.amberfs.model.Name;
import io.amberfs.posix.Directory;
import io.amberfs.posix.FileStat;
import io.amberfs.posix.PosixException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A directory that the stream has entered and not yet left. Confined to the thread of the restore. */
final class RestoreFolder {
    enum State {
        /** Open in the trail. */
        LIVE,
        /** Would be made, in a dry run: all below it would be new. */
        ABSENT,
        /** Could not be entered or made: all below it is passed over. */
        CLOSED
    }

    private final RestorePath path;
    private final Optional<RestoreEntry> past;
    private final State state;
    private final boolean created;
    private final Set<Name> extras = new HashSet<>();
    private boolean damaged;
    private boolean unlocked;

    RestoreFolder(RestorePath path, Optional<RestoreEntry> past, State state, boolean created) {
        this.path = path;
        this.past = past;
        this.state = state;
        this.created = created;
    }

    RestorePath path() {
        return path;
    }

    /** Empty for a target that itself is no part of what is restored. */
    Optional<RestoreEntry> past() {
        return past;
    }

    State state() {
        return state;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isCreated() {
        return created;
    }

    /** What stood here when it was entered and the stream has not named: what --delete removes. What others make meanwhile is not in it. */
    Set<Name> extras() {
        return extras;
    }

    /** The stream could not tell all that was in it: nothing may be deleted. */
    void damage() {
        damaged = true;
        extras.clear();
    }

    boolean isDamaged() {
        return damaged;
    }

    /**
     * Before something is changed in it: an owner other than root may have taken the permission to write in it, and needs it now. Its mode comes back when
     * it is left; that of a target which is no part of the restore is not touched.
     */
    void unlock(Directory open) throws PosixException {
        if (unlocked || past.isEmpty() || Directory.asRoot()) {
            return;
        }
        unlocked = true;
        FileStat stat = open.self().stat();
        if ((stat.mode() & 0300) != 0300 && stat.uid() == Directory.user()) {
            open.self().chmod(stat.permissions() | 0300);
        }
    }
}
