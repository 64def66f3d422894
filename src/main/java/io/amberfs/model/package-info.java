/**
 * What everything else speaks of: names, inodes, extents, commits, error numbers, limits, faults, and the clock and entropy that come in from outside.
 *
 * <ul>
 * <li>Values are records or immutable; arrays in them are not to be changed.
 * <li>Times are nanoseconds since 1970, sizes are bytes, file names are bytes; {@link io.amberfs.model.RawText} is how a path of them is handled as text.
 * <li>Three kinds of failure: an {@link io.amberfs.model.FsException} is the answer of a filesystem operation, a {@link io.amberfs.model.Fault} is damage or failure of the
 * store, a {@link io.amberfs.model.Refusal} is one line and an exit code for a user.
 * </ul>
 *
 * <p>It uses nothing but the JDK, does no input or output, and knows neither bytes on disk nor FUSE.
 */
package io.amberfs.model;
