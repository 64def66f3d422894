package io.amberfs.cli;

import io.amberfs.daemon.Json;

import java.nio.charset.StandardCharsets;

/** A JSON array of any length on standard output, one element a line. Confined to one thread; closing it ends the array. */
final class JsonArray implements AutoCloseable {
    private final Output output;
    private boolean any;

    JsonArray(Output output) {
        this.output = output;
    }

    void add(Object element) {
        print((any ? ",\n" : "[") + Json.text(element));
        any = true;
    }

    @Override
    public void close() {
        print(any ? "]\n" : "[]\n");
    }

    private void print(String text) {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
