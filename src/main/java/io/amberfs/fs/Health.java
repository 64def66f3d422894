package io.amberfs.fs;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the drive may still be changed. After a failure it is read-only for good: nothing more is acknowledged that could not be kept. Thread-safe. */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private final AtomicReference<String> reason = new AtomicReference<>();
    private final boolean readOnly;
    private volatile boolean failed;

    /** @param readOnly from the start, by the user's wish */
    public Health(boolean readOnly) {
        this.readOnly = readOnly;
        if (readOnly) {
            reason.set("mounted read-only");
        }
    }

    /** @throws FsException EROFS when the drive is read-only */
    void requireWritable() {
        if (reason.get() != null) {
            throw new FsException(Errno.EROFS, reason.get());
        }
    }

    /** @throws FsException EIO after a failure: what is in memory can no longer be kept */
    void requireRecordable() {
        if (failed) {
            throw new FsException(Errno.EIO, reason.get());
        }
    }

    /** Whether changes of the head go into the store at all: where the drive was opened for reading, what it has from the journal stays in memory. */
    boolean records() {
        return !readOnly;
    }

    /** Makes the drive read-only; the first reason counts. */
    void fail(String what, Throwable cause) {
        failed = true;
        if (reason.compareAndSet(null, what + ": " + cause.getMessage())) {
            LOG.error("the drive is read-only from now on, since {}. Unmount it, see to the cause, and mount it again", what, cause);
        }
    }

    /** Why the drive is read-only; empty while it is not. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason.get());
    }
}
