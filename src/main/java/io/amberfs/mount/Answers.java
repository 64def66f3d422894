package io.amberfs.mount;

import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries operations out and makes the number that libfuse wants of what comes of them: the result, or a negative errno.
 *
 * <ul>
 * <li>Nothing thrown passes through.
 * <li>A fault of the store is EIO and one line in the log with the path; anything unforeseen is EIO and a line with its stack trace.
 * <li>A damaged file that is read over and over does not fill the log: {@link LogBrake}.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class Answers {
    /** One operation of the drive. */
    @FunctionalInterface
    interface Operation {
        int run();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final LogBrake brake;

    Answers(Clock clock) {
        brake = new LogBrake(clock);
    }

    /** @param path for the log; may be null */
    int to(String operation, Pointer path, Operation body) {
        try {
            return body.run();
        } catch (FsException e) {
            return -e.errno().number();
        } catch (Throwable e) {
            report(operation, path, e);
            return -Errno.EIO.number();
        }
    }

    private void report(String operation, Pointer path, Throwable e) {
        try {
            if (!brake.letsPass()) {
                return;
            }
            String where = path == null ? "a file that has no name any more" : Text.of(path);
            if (e instanceof Fault) {
                LOG.error("{} of {} failed: {}{}", operation, where, e.getMessage(), brake.heldBack());
            } else {
                LOG.error("{} of {} failed unexpectedly{}", operation, where, brake.heldBack(), e);
            }
        } catch (Throwable second) {
            // Out of memory, most likely: the caller still gets its EIO, and native code must not get an exception.
            e.addSuppressed(second);
        }
    }
}
