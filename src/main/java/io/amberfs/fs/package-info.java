/**
 * The filesystem proper: POSIX operations on a view of the versioned table. Inode-based, and knows nothing of FUSE.
 *
 * <p>{@link io.amberfs.fs.Drive} is what a transport uses. A write lands in the buffer of its {@link io.amberfs.fs.OpenFile}; buffers are cut, sealed and installed into the
 * head by {@link io.amberfs.fs.Sealers}; {@link io.amberfs.fs.Recorder} writes the head to the store: as a commit about once a second, or in part on fsync.
 *
 * <p>Names are changed by {@link io.amberfs.fs.Tree} and {@link io.amberfs.fs.Moves}. What needs no bytes, holes and copies, goes straight to the head
 * ({@link io.amberfs.fs.Spans}), once the buffer of its file is installed.
 *
 * <p>A commit is a cut: while the gate is closed no operation is under way, all buffers are sealed, and the head is frozen. So each commit is a state that the drive
 * really had. A crash leaves the newest commit, advanced by what was fsynced since: the files that were fsynced, all names and attributes up to then, and of other
 * files what was installed by then.
 *
 * <p>Permissions are the kernel's to check; what they rest on is kept here: modes, owners, {@link io.amberfs.fs.Acl POSIX ACLs}. A new inode takes what its
 * {@link io.amberfs.fs.Heritage directory} gives it in the change that makes it.
 *
 * <p>Lock order: flush lock, gate, tree lock, file lock, the head's swap lock. Locks further right are never held while one further left is taken.
 */
package io.amberfs.fs;
