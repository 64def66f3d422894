/**
 * The versioned table: every record has a lifetime, and history costs the present nothing.
 *
 * <pre>
 * LIVE:    key                   -> from u64, sealed value      the present
 * PAST:    key | until u64       -> from u64, sealed value      what a row was during the epochs [from, until)
 * CHANGES: volume | epoch | key  -> nothing                     what each commit touched
 * COMMITS: 'c' volume epoch, 't' volume time epoch, 's' volume hash(name), 'k' session
 * </pre>
 *
 * <p>{@link io.amberfs.history.Head} is the writable present: changes are kept in memory, in the layer of the epoch that is being built, and are recorded as one
 * atomic batch (a {@link io.amberfs.history.Head#freeze freeze} followed by a {@link io.amberfs.history.Head#record record}). So whatever a crash leaves is a state
 * that the head really had. {@link io.amberfs.history.Past} reads any kept commit. Both are a {@link io.amberfs.history.View}: the rest of the filesystem is written as
 * if there were no history. {@link io.amberfs.history.Timeline} knows the commits and snapshots.
 *
 * <p>Invariants: a live row's {@code from} is never above the epoch being built; lifetimes of one key never overlap; the keys of one kind all have one length; a row
 * of the past is never changed.
 *
 * <p>It knows nothing of files: keys have a kind and a number, values are bytes.
 */
package io.amberfs.history;
