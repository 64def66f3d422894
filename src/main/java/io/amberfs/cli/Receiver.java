package io.amberfs.cli;

import io.amberfs.daemon.Reply;

import java.util.Map;
import java.util.function.Consumer;

/** Takes the events of a request one by one, and its bytes to standard output. Confined to one thread. */
record Receiver(Output output, Consumer<Map<String, Object>> events) implements Reply {
    @Override
    public void event(Map<String, Object> event) {
        events.accept(event);
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
        output.write(buffer, offset, length);
    }

    /** An interrupted command ends as a process, which its daemon notices by itself. */
    @Override
    public boolean cancelled() {
        return false;
    }
}
