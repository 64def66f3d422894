package io.amberfs.fs;

import org.junit.jupiter.api.Test;

/**
 * Random operations on a drive in memory, compared with a model: the present after every few steps, every commit and snapshot at the end. {@code -Damberfs.model.seeds=5000}
 * runs more of them, {@code -Damberfs.model.first=123} starts at another seed.
 */
class ModelTest {
    private static final int STEPS = 120;

    @Test
    void aDriveAndItsPastAreWhatAModelSays() {
        long first = Long.getLong("amberfs.model.first", 0);
        int seeds = Integer.getInteger("amberfs.model.seeds", 300);
        for (long seed = first; seed < first + seeds; seed++) {
            try (ModelRun run = new ModelRun(seed)) {
                run.run(STEPS);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " " + e.getMessage(), e);
            }
        }
    }
}
