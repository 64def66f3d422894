package io.amberfs.crypto;

import java.util.Optional;

/**
 * The sessions that ever sealed a row of a store, as the store keeps them. Implementations are thread-safe.
 *
 * <p>A session is durable no later than the first row that names its number: recorded in the same log before it, for example. Numbers are never
 * given twice, and sessions are never forgotten while a row names them.
 */
public interface SessionTable {
    /**
     * Records a new session under a number of its own. A {@link Sealer} draws the id and calls this once, before it seals the first value: that way
     * no two sealers can ever share a session, whatever the table holds. Must not call back into the sealer, which waits for it.
     */
    Session begin(byte keyId, byte[] id);

    Optional<Session> find(int number);
}
