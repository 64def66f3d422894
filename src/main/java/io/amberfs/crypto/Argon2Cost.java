package io.amberfs.crypto;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What one guess of a passphrase costs: Argon2id (RFC 9106), version 0x13. Immutable.
 *
 * @param memory KiB
 * @param passes over that memory
 * @param lanes  of that memory; all are filled by one thread
 */
public record Argon2Cost(int memory, int passes, int lanes) {
    /**
     * The second recommended choice of RFC 9106, 4: 64 MiB, 3 passes, 4 lanes. On two cores of 2.5 GHz 0.4 to 0.7 s in a warm JVM, about 2 s in one
     * that just started.
     */
    public static final Argon2Cost DEFAULT = new Argon2Cost(64 << 10, 3, 4);

    /** Bounds on what is read from a header that anyone may have written. */
    static final int MEMORY_MAX = 1 << 20;
    static final int PASSES_MAX = 16;
    static final int LANES_MAX = 16;

    public Argon2Cost {
        if (!isValid(memory, passes, lanes)) {
            throw new IllegalArgumentException("Argon2id with " + memory + " KiB, " + passes + " passes and " + lanes + " lanes is out of bounds");
        }
    }

    static boolean isValid(long memory, int passes, int lanes) {
        return lanes >= 1 && lanes <= LANES_MAX && passes >= 1 && passes <= PASSES_MAX && memory >= 8L * lanes && memory <= MEMORY_MAX;
    }

    byte[] derive(byte[] passphrase, byte[] salt, int length) {
        // Half of the heap: it is shared with caches, and an OutOfMemoryError here would hit an innocent thread.
        if ((long) memory << 10 > Runtime.getRuntime().maxMemory() / 2) {
            throw new Refusal(ExitCode.ERROR, "this key slot needs " + (memory >> 10) + " MiB of memory: start Java with -Xmx" + (memory >> 9) + "m or more");
        }
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory).withIterations(passes).withParallelism(lanes).withSalt(salt).build());
        byte[] out = new byte[length];
        generator.generateBytes(passphrase, out);
        return out;
    }
}
