/**
 * The transports: what the kernel asks, put to {@link io.amberfs.fs.Drive}, and its answers put back.
 *
 * <p>There is one so far: libfuse 2.9's inode-based interface, reached with jnr-ffi and the struct layouts of jnr-fuse (docs/decisions/0003-jnr-fuse.md says why
 * it is used the way it is). A request goes like this: a {@link io.amberfs.mount.Workers worker} thread fetches it; libfuse decodes it and calls back on the same
 * thread, through {@link io.amberfs.mount.Operations}, the classes that answer: names ({@link io.amberfs.mount.NameCalls}), attributes
 * ({@link io.amberfs.mount.AttrCalls}), contents ({@link io.amberfs.mount.FileCalls}), listings ({@link io.amberfs.mount.DirectoryCalls}) and extended attributes
 * ({@link io.amberfs.mount.XattrCalls}). {@link io.amberfs.mount.NodeIds} says what the kernel's numbers mean, and {@link io.amberfs.mount.Replies} sends.
 *
 * <ul>
 * <li>Each request gets one reply, and nothing thrown gets back into native code: {@link io.amberfs.mount.Answers} makes an errno of it.
 * <li>No file operation goes to the drive's own mountpoint from here: it would wait for itself.
 * <li>What the kernel remembers stays true: {@link io.amberfs.mount.KernelMemory} tells it what changed other than through it.
 * <li>Names are bytes. Those that are not UTF-8 are refused (EILSEQ) and left out of listings.
 * </ul>
 */
package io.amberfs.mount;
