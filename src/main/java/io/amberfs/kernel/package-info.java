/**
 * The protocol of /dev/fuse, as linux/fuse.h has it: how a request is decoded, a reply put together, and both exchanged with the kernel.
 *
 * <ul>
 * <li>{@link io.amberfs.kernel.FuseDevice} mounts and exchanges, by the small library in {@code native/}.
 * <li>{@link io.amberfs.kernel.Incoming} and {@link io.amberfs.kernel.Outgoing} are windows over the two buffers of a thread; nothing is copied but names.
 * <li>{@link io.amberfs.kernel.Features} is what kernel and drive agreed on at the start.
 * </ul>
 *
 * <p>All numbers are in the byte order of the machine. The oldest protocol spoken is 7.31 (Linux 5.4). What comes from the kernel is checked like anything else
 * that comes from outside: a request that is cut off or contradicts itself is answered with EIO. What a request means to the drive is the business of
 * {@code io.amberfs.mount}.
 */
package io.amberfs.kernel;
