package io.amberfs.crypto;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/** What opens a key slot. Each form holds its secret until {@link #close} wipes it, and does not show it. Not thread-safe. */
public sealed interface Credential extends AutoCloseable {
    /** The slots that it can open. */
    SlotKind kind();

    /** The secret bytes, not a copy; not to be changed. */
    byte[] secret();

    @Override
    default void close() {
        Arrays.fill(secret(), (byte) 0);
    }

    /** Text, as UTF-8 in normalisation form C: the same passphrase whichever way a keyboard composes its letters. */
    record Passphrase(byte[] secret) implements Credential {
        /** Longer than any that people type, short enough that a wrong file given as one is noticed. */
        private static final int LENGTH_MAX = 4096;

        /** Takes bytes over that are already normalised; everyone else calls {@code of}. */
        public Passphrase {
            if (secret.length == 0) {
                throw new Refusal(ExitCode.USAGE, "the passphrase is empty: give one of at least one character");
            }
            if (secret.length > LENGTH_MAX) {
                throw new Refusal(ExitCode.USAGE, "the passphrase has more than " + LENGTH_MAX + " bytes: was another file meant?");
            }
        }

        /** @param text stays the caller's, to be wiped */
        public static Passphrase of(char[] text) {
            CharBuffer normal = isAscii(text) ? CharBuffer.wrap(text) : CharBuffer.wrap(Normalizer.normalize(CharBuffer.wrap(text), Normalizer.Form.NFC));
            try {
                ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(normal);
                byte[] bytes = new byte[encoded.remaining()];
                encoded.get(bytes);
                Arrays.fill(encoded.array(), (byte) 0);
                return new Passphrase(bytes);
            } catch (CharacterCodingException e) {
                throw notText(e);
            }
        }

        /** @param text UTF-8, without a line end; stays the caller's, to be wiped */
        public static Passphrase of(byte[] text) {
            try {
                CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
                char[] chars = new char[decoded.remaining()];
                decoded.get(chars);
                Arrays.fill(decoded.array(), '\0');
                try {
                    return of(chars);
                } finally {
                    Arrays.fill(chars, '\0');
                }
            } catch (CharacterCodingException e) {
                throw notText(e);
            }
        }

        /** ASCII is its own normal form; passing the normaliser by leaves no String behind that cannot be wiped. */
        private static boolean isAscii(char[] text) {
            for (char c : text) {
                if (c >= 0x80) {
                    return false;
                }
            }
            return true;
        }

        private static Refusal notText(CharacterCodingException cause) {
            return new Refusal(ExitCode.USAGE, "the passphrase is not valid UTF-8 text: for random bytes use a key file (amberfs key add --key-file)", cause);
        }

        @Override
        public SlotKind kind() {
            return SlotKind.PASSPHRASE;
        }

        @Override
        public String toString() {
            return "Passphrase(secret)";
        }
    }

    /** The 32 random bytes of a {@link KeyFile}. */
    record FileKey(byte[] secret) implements Credential {
        public static final int LENGTH = 32;

        public FileKey {
            checkLength("key file", secret, LENGTH);
        }

        @Override
        public SlotKind kind() {
            return SlotKind.KEY_FILE;
        }

        @Override
        public String toString() {
            return "FileKey(secret)";
        }
    }

    /** 160 random bits on a sheet of paper; see {@link RecoveryKeyText}. */
    record RecoveryKey(byte[] secret) implements Credential {
        public static final int LENGTH = 20;

        public RecoveryKey {
            checkLength("recovery key", secret, LENGTH);
        }

        @Override
        public SlotKind kind() {
            return SlotKind.RECOVERY;
        }

        @Override
        public String toString() {
            return "RecoveryKey(secret)";
        }
    }

    private static void checkLength(String what, byte[] secret, int expected) {
        if (secret.length != expected) {
            throw new IllegalArgumentException("a " + what + " has " + expected + " bytes, not " + secret.length);
        }
    }
}
