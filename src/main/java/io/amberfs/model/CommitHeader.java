package io.amberfs.model;

/** What stays of a commit that was let go: the link that it is in the chain of all commits. Its fields are those of {@link Commit}. */
public record CommitHeader(long epoch, long time, Bytes changes) {
}
