package io.amberfs.check;

/**
 * What a check came to.
 *
 * @param complete     false if it was stopped
 * @param readData     whether blocks were opened
 * @param epoch        the newest commit
 * @param rows         versioned records that were opened
 * @param files        inodes of the present
 * @param logicalBytes sum of the sizes of its regular files
 * @param blocks       in the store
 * @param blocksOpened with {@code readData}: those that a record names
 * @param damages      findings that cost data
 * @param warnings     findings that do not
 * @param unlisted     findings beyond those that were given out; counted in {@code damages}
 */
public record Verdict(boolean complete, boolean readData, long epoch, long rows, long files, long logicalBytes, long blocks, long blocksOpened,
                      long damages, long warnings, long unlisted) {
    /** Whether the whole store was checked and no data is lost. */
    public boolean isSound() {
        return complete && damages == 0;
    }
}
