package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * A shell that was started before this process opened anything in a drive. A process that is started later gets copies of what is open there, and closes them; each closing has the
 * kernel write back, which waits as long as the daemon stands still. Confined to one thread.
 */
final class Bystander implements AutoCloseable {
    private final Process shell;
    private final Writer requests;
    private final BufferedReader answers;

    Bystander() {
        try {
            shell = new ProcessBuilder("bash").redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        requests = new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Runs a program that says nothing and succeeds. */
    void run(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append('\'').append(word.toString().replace("'", "'\\''")).append("' ");
        }
        try {
            requests.write(line + "; echo $?\n");
            requests.flush();
            assertEquals("0", answers.readLine(), line::toString);
        } catch (IOException e) {
            throw new UncheckedIOException(line.toString(), e);
        }
    }

    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
