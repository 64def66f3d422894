package io.amberfs.model;

import java.util.Optional;

/**
 * A named commit.
 *
 * @param time nanoseconds since 1970: the time of its commit
 * @param hold what keeps it from being deleted, maybe no longer
 */
public record Snapshot(String name, long epoch, long time, Optional<Hold> hold) {
    public Snapshot withHold(Optional<Hold> other) {
        return new Snapshot(name, epoch, time, other);
    }
}
