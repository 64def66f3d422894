package io.amberfs.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Changes to the key slots in the header of a store; none rewrites data, and all work while a daemon owns the store. */
public interface KeyOperations {
    /** One object per slot, with {@code id}, {@code kind} (passphrase, keyfile, recovery), {@code created} and, for the recovery key, {@code confirmed}. Needs no secret. */
    List<Map<String, Object>> list(Path store);

    /** @return the new slot as in {@link #list} */
    Map<String, Object> add(Path store, Secret unlock, Secret added);

    /** Refuses to remove the last slot that opens the store. */
    void remove(Path store, Secret unlock, String id);

    /** Replaces the slot that {@code unlock} opens. */
    void change(Path store, Secret unlock, Secret fresh);

    /** Makes a new recovery key in the place of the former one; it starts unconfirmed. */
    String renewRecovery(Path store, Secret unlock);

    /** Opens the store with the recovery key that the user kept and records that it works. */
    void confirmRecovery(Path store, Secret.Recovery kept);

    /** Records the user's word that the recovery key is kept. */
    void confirmRecovery(Path store);
}
