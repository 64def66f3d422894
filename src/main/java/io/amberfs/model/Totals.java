package io.amberfs.model;

/**
 * What a volume holds at one moment.
 *
 * @param files        inodes that have a name (directories included)
 * @param logicalBytes sum of the sizes of regular files
 */
public record Totals(long files, long logicalBytes) {
    public Totals plus(long files, long logicalBytes) {
        return new Totals(this.files + files, this.logicalBytes + logicalBytes);
    }
}
