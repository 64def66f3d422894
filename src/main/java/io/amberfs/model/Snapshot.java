package io.amberfs.model;

/**
 * A named commit.
 *
 * @param time nanoseconds since 1970: the time of its commit
 * @param held whether it is pinned against deletion
 */
public record Snapshot(String name, long epoch, long time, boolean held) {
}
