package io.amberfs.daemon;

import java.io.IOException;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;

/**
 * Where a running request sends what it has so far. Thread-safe; calls wait while the receiver is slow.
 *
 * <ul>
 *   <li>What was sent arrives in order and before the result.</li>
 *   <li>Nothing is thrown when the receiver is gone: what is sent then is dropped and {@link #cancelled} turns true.</li>
 * </ul>
 */
public interface Reply {
    /** One JSON object; its {@code type} says what it is. */
    void event(Map<String, Object> event);

    /** Raw bytes of any length; the buffer may be reused when the call returns. */
    void bytes(byte[] buffer, int offset, int length);

    /** Whether nobody waits for the result any more. A long request asks often, at least once per file, and ends early. */
    boolean cancelled();

    /** Who asks. @throws IOException when that one is gone already */
    default UserPrincipal user() throws IOException {
        return Peer.self();
    }

    /** For requests whose answer is the result alone. */
    static Reply none() {
        return new Reply() {
            @Override
            public void event(Map<String, Object> event) {
            }

            @Override
            public void bytes(byte[] buffer, int offset, int length) {
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
    }
}
