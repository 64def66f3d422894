/**
 * The C library's file calls, with directories as descriptors and names as bytes; and the word to systemd that a service is ready.
 *
 * <p>Java's own file classes cannot restore a tree: names pass through strings, paths are resolved anew (and through symlinks) at each call, and owners,
 * nanosecond times, device nodes and holes are out of reach. This package binds the calls that can, through jnr-ffi.
 *
 * <ul>
 *   <li>A name is one component of raw bytes ({@code model.Name}): nothing here can step over a "/" or into "..".
 *   <li>A symlink is never followed, except while opening the first directory, which the user named.
 *   <li>Only layouts and calls that are the same on x86_64 and aarch64 are used ({@code statx}, {@code getdents64}); the open flags that differ are chosen in
 *       {@code Flags}.
 *   <li>A failed call is a {@code PosixException} with errno, the call and the name. EINTR is retried.
 *   <li>Whoever opens a descriptor closes it; nothing is closed by a finalizer.
 * </ul>
 *
 * <p>Linux only, 64 bits. Knows nothing of stores, streams or commands: it uses {@code model} alone.
 */
package io.amberfs.posix;
