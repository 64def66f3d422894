/**
 * Promises kept on real mounts: each test runs the launcher as a user does, and looks at the drive through the kernel.
 *
 * <ul>
 *   <li>{@link io.amberfs.it.MountedDrive} is the fixture: a store, a mountpoint and an environment of their own, all gone at the end, also after a failure.
 *   <li>{@link io.amberfs.it.Shell} runs every command with a bound on its time; scripts in Python do what Java cannot ask of a kernel, such as fcntl locks.
 *   <li>A test whose promise needs root, or a tool that is missing, is skipped with that reason; {@code verify} runs as root with all of them.
 *   <li>Nothing here may use classes of amberfs: what is tested is what users have.
 * </ul>
 */
package io.amberfs.it;
