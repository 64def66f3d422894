package io.amberfs.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Work in a folder of its own that a crash interrupts, and the journal of what was acknowledged, which is kept outside the drive.
 *
 * <p>Steps are made by one thread; {@link #verify} is called when that has ended and the drive is mounted again, and takes what it finds as what is durable.
 */
abstract class CrashWork {
    /** What the kernel says of requests that were under way when the daemon died; those that are made later get ENOTCONN. */
    private static final String ECONNABORTED = "Software caused connection abort";

    /** Where a thread is that waits for the answer to a request. */
    private static final String WAITING = "request_wait_answer";

    private volatile Path thread = Path.of("/proc/thread-self");
    private volatile boolean inFlight;
    private volatile long steps;

    /** Something users do. */
    abstract void step(Random random) throws IOException;

    /** Asserts that everything promised is there. {@code where} is said in failures. */
    abstract void verify(String where) throws IOException;

    /** Lets go of files that are open; after the daemon was killed, closing may fail. */
    void release() {
    }

    /** Steps until one fails, as they do when the daemon is killed. */
    final void run(Random random) {
        inFlight = false;
        try {
            thread = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (true) {
            try {
                step(random);
                steps++;
            } catch (IOException e) {
                inFlight = String.valueOf(e.getMessage()).contains(ECONNABORTED);
                release();
                return;
            }
        }
    }

    /** Whether it has a request under way, as the kernel tells. */
    final boolean isInFlight() {
        try {
            return Files.readString(thread.resolve("wchan")).equals(WAITING);
        } catch (IOException e) {
            return false; // the thread has ended, or none of this is to be seen here
        }
    }

    /** Whether the daemon died while it, or the kernel for it, held a request of the step that failed. */
    final boolean wasInFlight() {
        return inFlight;
    }

    final long steps() {
        return steps;
    }

    /** Makes the folder's entries durable. */
    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void closeAfterCrash(FileChannel channel) {
        try {
            channel.close();
        } catch (ClosedChannelException e) {
            throw new AssertionError("closed twice", e);
        } catch (IOException e) {
            return; // the daemon is gone: there is nobody to tell
        }
    }
}
