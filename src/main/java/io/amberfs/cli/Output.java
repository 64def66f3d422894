package io.amberfs.cli;

import io.amberfs.daemon.Json;
import io.amberfs.model.ExitCode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes: data to standard output, everything else to standard error.
 *
 * <ul><li>A write to standard output that fails ends the command: nobody may believe that the data is complete.</li></ul>
 * Confined to one thread.
 */
final class Output {
    private final OutputStream data;
    private final PrintStream notes;
    private boolean json;
    private boolean quiet;

    Output(OutputStream data, PrintStream notes) {
        this.data = data;
        this.notes = notes;
    }

    void configure(boolean json, boolean quiet) {
        this.json = json;
        this.quiet = quiet;
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    /** A line for people to standard output; not with --json. */
    void line(String text) {
        if (!json) {
            write((text + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A line that is no data: to standard output for people unless -q, and nowhere with --json. */
    void info(String text) {
        if (!quiet) {
            line(text);
        }
    }

    /** The object, array or JSON line of --json. */
    void json(Object value) {
        write((Json.text(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int offset, int length) {
        try {
            data.write(bytes, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void flush() {
        try {
            data.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Ends standard output, so that its reader goes on. The JDK puts /dev/null in its place: the number is not used for another file. */
    void end() {
        try {
            data.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A line to standard error, whatever the options. */
    void warn(String text) {
        notes.println("amberfs: " + RawText.shown(text));
        notes.flush();
    }

    /** Text to standard error that must be seen, unless it was shown on standard output: a secret to keep, for example. */
    void show(String text) {
        if (json) {
            notes.println(text);
            notes.flush();
        } else {
            line(text);
        }
    }

    PrintStream notes() {
        return notes;
    }

    private static Refusal failed(IOException e) {
        return new Refusal(ExitCode.ERROR, "cannot write to standard output: " + Reasons.of(e), e);
    }
}
