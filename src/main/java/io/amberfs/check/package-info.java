/**
 * The read-only verdict on a store: {@link io.amberfs.check.Checker} reads one frozen state and tells its findings, one class for each kind, with the files and the
 * instants that they hit.
 *
 * <p>Parts, in the order in which they run: {@code CommitCheck} (which instants there are), {@code Blocks} (which blocks), {@code InodeCheck}, {@code DirentCheck} and
 * {@code LinkCheck} (records and names agree at each instant), {@code RegionCheck} (contents), {@code XattrCheck}, {@code MarkCheck} (what is to be deleted),
 * {@code CounterCheck}; at last {@code Paths} looks up which files the findings hit, for all findings at once.
 *
 * <p>Invariants: nothing is written; rows are walked in the order of their keys, a fixed number of times, whatever is found; what is kept of an inode or block is a few
 * numbers in arrays, no object; damage to one row never ends the check. History is checked like the present: a sum of weights for each inode shows whether its names and
 * its record agree at every instant ({@code Mix}).
 *
 * <p>What it cannot tell: a row that is gone without a trace where no other record counts it (one of several extended attributes, a snapshot's name, a change record, a
 * mark of regions that were reaped anyway).
 *
 * <p>It knows nothing of mounts, commands or output.
 */
package io.amberfs.check;
