package io.amberfs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Whether another process has ended: its files are closed, its locks free.
 *
 * <p>A process that nobody has waited for yet (a zombie) has ended; {@link ProcessHandle#isAlive} says otherwise, for seconds where the first process of the
 * system is slow, and for ever in a container whose first process does not care. Stateless, thread-safe.
 */
public final class ProcessEnd {
    /** Fields of proc(5) stat, counted from the one after the name. */
    private static final int STATE = 0;
    private static final int THREADS = 17;

    private ProcessEnd() {
    }

    /** @param pid of a process of this machine, as we see it */
    public static boolean of(long pid) {
        return of(pid, Path.of("/proc"));
    }

    static boolean of(long pid, Path proc) {
        if (!Files.exists(proc.resolve("self"))) {
            return ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true);
        }
        try {
            String stat = Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            // The first thread may be gone before the others are.
            return "ZX".contains(fields[STATE]) && Integer.parseInt(fields[THREADS]) <= 1;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            // It ended while its file was read (ESRCH), or /proc shows us only our own processes.
            return ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true);
        }
    }
}
