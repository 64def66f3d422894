package io.amberfs.mount;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that has the kernel pass on what it holds of writes to a mount: it opens the mountpoint, calls syncfs(2) and closes it.
 *
 * <p>The daemon may not do that itself. A thread that waits there for writes cannot be killed; so a daemon that is killed would not end, its descriptor of
 * /dev/fuse would stay open, and the kernel would wait for ever for writes that nobody takes. This process has no such descriptor: when the daemon is gone, the
 * kernel gives up, and so does it.
 *
 * <p>Guarded by this. It is started when it is first needed, and anew should it have ended.
 */
final class Flusher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    /** A shell that waits for lines costs less than a process that Java starts each time. sync is one of its children: see {@link #isIts}. */
    private static final String SCRIPT = "while read -r go; do sync -f \"$0\" 2> /dev/null; echo \"$?\"; done";

    private final Path mountpoint;
    private volatile long pid = -1;
    private Process process;
    private Writer requests;
    private BufferedReader answers;

    Flusher(Path mountpoint) {
        this.mountpoint = mountpoint;
    }

    /** Returns when the kernel has sent the writes; they may still be at work. @return false if it could not, or not all of them */
    synchronized boolean flush() {
        try {
            boolean all = ask().equals("0");
            if (!all) {
                LOG.warn("the kernel could not pass on all that was written to {}", mountpoint);
            }
            return all;
        } catch (IOException e) {
            LOG.warn("the kernel cannot be asked to pass on what was written to {}: {}", mountpoint, e.getMessage());
            close();
            return false;
        }
    }

    private String ask() throws IOException {
        if (process == null || !process.isAlive()) {
            start();
        }
        requests.write("go\n");
        requests.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the process for that has ended");
        }
        return answer;
    }

    private void start() throws IOException {
        close();
        process = Program.of(List.of("sh", "-c", SCRIPT, mountpoint.toString())).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        pid = process.pid();
    }

    /** Whether a request comes from this process or its child. Not guarded, as somebody waits in {@link #flush} meanwhile. @param tid as the kernel's requests have it */
    boolean isIts(int tid) {
        long own = pid;
        if (own < 0 || tid <= 0) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + tid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return tid == own || Long.parseLong(behindName[1]) == own;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            pid = -1;
            process.destroy();
            try (OutputStream in = process.getOutputStream(); var out = process.getInputStream()) {
                process = null;
            } catch (IOException e) {
                LOG.debug("the pipes to the process that flushes could not be closed: {}", e.getMessage());
            }
        }
    }
}
