package io.amberfs.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which commits are kept: all of a first while, then the newest one of each minute, hour, day and week, each for its own while. Immutable. Snapshots and holds are kept besides.
 *
 * @param all      how long every commit is kept, in nanoseconds
 * @param minutely how long one a minute is kept; 0 for none; likewise {@code hourly}, {@code daily} and {@code weekly}. Never shorter than one before it that is not 0
 * @param maxHistory what blocks that only the past names may take on disk: where it is more, the oldest moments go, but never those of the last hour
 * @param minFree  what is to stay free on the disk; likewise
 */
public record Retention(long all, long minutely, long hourly, long daily, long weekly, Optional<Amount> maxHistory, Optional<Amount> minFree) {
    /** For ever. */
    public static final long FOREVER = Long.MAX_VALUE;
    /** What holds where nobody set a rule. */
    public static final Retention DEFAULT = new Retention(Duration.ofHours(1).toNanos(), Duration.ofDays(1).toNanos(), Duration.ofDays(7).toNanos(), Duration.ofDays(90).toNanos(),
        FOREVER);
    private static final List<String> NAMES = List.of("all", "minutely", "hourly", "daily", "weekly");

    /** Without bounds on the room. */
    public Retention(long all, long minutely, long hourly, long daily, long weekly) {
        this(all, minutely, hourly, daily, weekly, Optional.empty(), Optional.empty());
    }

    /** Whether there is a bound on the room. */
    public boolean isBounded() {
        return maxHistory.isPresent() || minFree.isPresent();
    }

    /** A while and the length of the stretches of which one commit is kept during it; in nanoseconds. Of the first one every commit is kept, and its stretch is 1. */
    public record Rung(long keep, long bucket) {
    }

    /** @throws Refusal USAGE when one lasts shorter than the finer one before it: then none of it would ever be kept */
    public Retention {
        long[] keeps = {all, minutely, hourly, daily, weekly};
        int before = 0;
        for (int i = 0; i < keeps.length; i++) {
            if (keeps[i] < 0) {
                throw new Refusal(ExitCode.USAGE, "history cannot be kept for a time before now: --keep-" + NAMES.get(i));
            }
            if (keeps[i] != 0 && keeps[i] < keeps[before]) {
                throw new Refusal(ExitCode.USAGE, "--keep-" + NAMES.get(i) + " is shorter than --keep-" + NAMES.get(before)
                    + ", so it would never keep anything: make it longer, or 0");
            }
            before = keeps[i] != 0 ? i : before;
        }
    }

    /** Those that keep anything, the finest first. */
    public List<Rung> rungs() {
        List<Rung> rungs = new ArrayList<>();
        long[][] all = {{this.all, 1}, {minutely, Duration.ofMinutes(1).toNanos()}, {hourly, Duration.ofHours(1).toNanos()}, {daily, Duration.ofDays(1).toNanos()},
            {weekly, Duration.ofDays(7).toNanos()}};
        for (long[] rung : all) {
            if (rung[0] > 0) {
                rungs.add(new Rung(rung[0], rung[1]));
            }
        }
        return rungs;
    }
}
