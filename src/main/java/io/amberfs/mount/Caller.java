package io.amberfs.mount;

/** Who makes something, and with which mask; 0 where the kernel has applied it. Immutable. */
record Caller(int uid, int gid, int umask) {
}
