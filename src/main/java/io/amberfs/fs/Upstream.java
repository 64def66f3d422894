package io.amberfs.fs;

/** Whoever holds writes that have returned and that the drive has not seen, such as a kernel that caches them. */
@FunctionalInterface
public interface Upstream {
    /** Passes on all writes that have returned. It may need the drive for that, so it is called with no lock held, and by no thread that it waits for. */
    void passOn();
}
