/**
 * The transports: what the kernel asks, put to {@link io.amberfs.fs.Drive}, and its answers put back.
 *
 * <p>There is one so far: libfuse 2.9's path-based interface, reached with jnr-ffi and the struct layouts of jnr-fuse (docs/decisions/0003-jnr-fuse.md says
 * why it is used the way it is). A request goes like this: a {@link io.amberfs.mount.Workers worker} thread fetches it and notes its header in the
 * {@link io.amberfs.mount.Request}; libfuse turns inode numbers into paths and calls back on the same thread, through {@link io.amberfs.mount.Operations}, the
 * classes that answer: names and attributes ({@link io.amberfs.mount.TreeCalls}), contents ({@link io.amberfs.mount.FileCalls}), listings
 * ({@link io.amberfs.mount.DirectoryCalls}) and extended attributes ({@link io.amberfs.mount.XattrCalls}).
 *
 * <ul>
 * <li>Nothing thrown gets back into native code: {@link io.amberfs.mount.Answers} makes an errno of it.
 * <li>No file operation goes to the drive's own mountpoint from here: it would wait for itself.
 * <li>libfuse's {@code .fuse_hidden} names never reach the tree: {@link io.amberfs.mount.Orphans}.
 * <li>Names are bytes. Those that are not UTF-8 are refused (EILSEQ) and left out of listings.
 * </ul>
 */
package io.amberfs.mount;
