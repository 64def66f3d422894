package io.amberfs.mount;

/** By which way requests of the kernel come to us. */
public enum Transport {
    /** The protocol of /dev/fuse itself. */
    KERNEL,
    /** libfuse 2.9 through jnr-fuse. */
    JNR_FUSE
}
