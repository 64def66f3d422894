package io.amberfs.mount;

import io.amberfs.kernel.MalformedException;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries operations out, and answers with an errno what throws.
 *
 * <ul>
 * <li>Nothing thrown passes through.
 * <li>An operation replies as the last thing it does, so that none is answered twice.
 * <li>A fault of the store is EIO and one line in the log with the inode; anything unforeseen is EIO and a line with its stack trace.
 * <li>A damaged file that is read over and over does not fill the log: {@link LogBrake}.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final LongFunction<String> describe;
    private final LogBrake brake;

    /** @param describe names for the log what a number of the kernel's stands for */
    Answers(Clock clock, LongFunction<String> describe) {
        this.describe = describe;
        brake = new LogBrake(clock);
    }

    void to(String operation, Reply reply, long node, Runnable body) {
        try {
            body.run();
        } catch (FsException e) {
            reply.error(e.errno().number());
        } catch (Throwable e) {
            report(operation, node, e);
            reply.error(Errno.EIO.number());
        }
    }

    /** Carries out what nobody waits for. */
    void quietly(String operation, long node, Runnable body) {
        try {
            body.run();
        } catch (Throwable e) {
            report(operation, node, e);
        }
    }

    private void report(String operation, long node, Throwable e) {
        try {
            if (!brake.letsPass()) {
                return;
            }
            String where = describe.apply(node);
            if (e instanceof Fault || e instanceof FsException || e instanceof MalformedException) {
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
