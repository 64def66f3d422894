package io.amberfs.fs;

/**
 * Who makes an inode. Immutable.
 *
 * @param umask permissions that a new inode does not get, unless its directory has a default ACL; 0 when the kernel has taken them away already
 */
public record Caller(int uid, int gid, int umask) {
}
