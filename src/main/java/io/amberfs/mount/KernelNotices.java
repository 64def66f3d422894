package io.amberfs.mount;

import io.amberfs.kernel.FuseDevice;

/** Tells the kernel by its own protocol. That it does not know the name or the node is as good. Thread-safe. */
record KernelNotices(FuseDevice device) implements KernelMemory.Notices {
    @Override
    public void entry(long directory, byte[] name) {
        device.invalidateEntry(directory, name);
    }

    @Override
    public void inode(long node) {
        device.invalidateInode(node);
    }
}
