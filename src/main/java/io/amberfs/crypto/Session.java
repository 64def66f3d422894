package io.amberfs.crypto;

import java.util.Arrays;

/**
 * A run of one process that sealed something; its id makes its keys. Immutable by convention: the array is not to be changed.
 *
 * @param number what rows name it by, unsigned 32 bits, unique within the store
 * @param keyId  the data key that its keys are derived from
 * @param id     16 random bytes
 */
public record Session(int number, byte keyId, byte[] id) {
    public static final int ID_LENGTH = 16;

    public Session {
        if (id.length != ID_LENGTH) {
            throw new IllegalArgumentException("a session id has 16 bytes, not " + id.length);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Session session && number == session.number && keyId == session.keyId && Arrays.equals(id, session.id);
    }

    @Override
    public int hashCode() {
        return 31 * number + Arrays.hashCode(id);
    }

    @Override
    public String toString() {
        return "session " + Integer.toUnsignedString(number);
    }
}
