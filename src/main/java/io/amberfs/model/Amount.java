package io.amberfs.model;

/**
 * Room on a disk: a number of bytes, or a part of the file system in percent.
 *
 * @param value bytes, or 0 to 100
 */
public record Amount(boolean isPercent, long value) {
    /** @throws Refusal USAGE for less than nothing, or more than all */
    public Amount {
        if (value < 0 || isPercent && value > 100) {
            throw new Refusal(ExitCode.USAGE, value + (isPercent ? " % of a file system cannot be had" : " bytes cannot be had"));
        }
    }

    /** In bytes, on a file system of {@code total} bytes. */
    public long of(long total) {
        return isPercent ? Math.round(total / 100.0 * value) : value;
    }
}
