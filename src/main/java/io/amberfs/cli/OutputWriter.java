package io.amberfs.cli;

import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** What picocli prints, on its way to standard output. */
final class OutputWriter extends Writer {
    private final Output output;

    OutputWriter(Output output) {
        this.output = output;
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        output.write(new String(buffer, offset, length).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void flush() {
        output.flush();
    }

    @Override
    public void close() {
        output.flush();
    }
}
