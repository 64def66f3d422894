package io.amberfs.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The line that a long job keeps changing on a terminal: files and bytes so far, rate, time left. Confined to one thread.
 *
 * <ul><li>At most ten times a second, and never when standard error is not a terminal or with -q.</li></ul>
 */
final class Progress implements AutoCloseable {
    private static final long INTERVAL = 100_000_000L;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream notes;
    private final boolean shown;
    private final LongSupplier nanos;
    private final long start;
    private long last;
    private boolean dirty;

    Progress(PrintStream notes, boolean shown, LongSupplier nanos) {
        this.notes = notes;
        this.shown = shown;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.last = start - INTERVAL;
    }

    /** A progress event: {@code files}, {@code bytes}, and {@code totalFiles} or {@code totalBytes} where known. */
    void show(Map<String, Object> event) {
        long now = nanos.getAsLong();
        if (!shown || now - last < INTERVAL) {
            return;
        }
        last = now;
        notes.print(ERASE + line(event, Duration.ofNanos(now - start)));
        notes.flush();
        dirty = true;
    }

    /** Makes room for another line. */
    void clear() {
        if (dirty) {
            notes.print(ERASE);
            notes.flush();
            dirty = false;
        }
    }

    @Override
    public void close() {
        clear();
    }

    static String line(Map<String, Object> event, Duration elapsed) {
        long files = Show.number(event, "files");
        long bytes = Show.number(event, "bytes");
        long totalFiles = Show.number(event, "totalFiles");
        long totalBytes = Show.number(event, "totalBytes");
        double seconds = Math.max(elapsed.toNanos() / 1e9, 1e-3);
        StringBuilder line = new StringBuilder(Show.count(files)).append(totalFiles > 0 ? " of " + Show.count(totalFiles) : "").append(" files, ")
            .append(Show.bytes(bytes)).append(", ").append(Show.bytes((long) (bytes / seconds))).append("/s");
        double done = totalBytes > 0 ? (double) bytes / totalBytes : totalFiles > 0 ? (double) files / totalFiles : 0;
        if (done > 0 && done < 1 && seconds >= 1) {
            line.append(", ").append(Show.span(Duration.ofMillis((long) (1000 * seconds * (1 - done) / done)))).append(" left");
        }
        return line.toString();
    }
}
