package io.amberfs.mount;

import io.amberfs.fs.Invalidation;
import java.util.function.Consumer;

/** One mount of one transport. Thread-safe. */
interface Session {
    /**
     * Starts to serve, and returns at once.
     *
     * @param onReady run when the kernel has accepted the mount
     * @param onRefused given the reason when it cannot be served; whoever mounts takes it away
     * @param onEnd   run when it has ended and every handle that it had open is closed
     */
    void serve(Runnable onReady, Consumer<String> onRefused, Runnable onEnd);

    /** How the kernel is told of changes that do not come through this mount. */
    Invalidation invalidation();

    /** Has the kernel send what it holds of writes that have returned. Not to be called by a thread that requests wait for. */
    void flushKernel();
}
