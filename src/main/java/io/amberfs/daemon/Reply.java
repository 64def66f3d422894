package io.amberfs.daemon;

import java.util.Map;

/** The receiving end of what the daemon answers: events, and the bytes that belong to the event before them. Called by one thread. */
public interface Reply {
    void event(Map<String, Object> event);

    void bytes(byte[] buffer, int offset, int length);

    boolean cancelled();
}
