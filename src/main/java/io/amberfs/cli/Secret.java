package io.amberfs.cli;

import java.nio.file.Path;
import java.util.Arrays;

/** What opens a store, as the user gave it. None of its forms shows the secret when printed. */
public sealed interface Secret {
    record Passphrase(char[] text) implements Secret {
        @Override
        public boolean equals(Object other) {
            return other instanceof Passphrase passphrase && Arrays.equals(text, passphrase.text);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(text);
        }

        @Override
        public String toString() {
            return "a passphrase";
        }
    }

    /** @param file absolute */
    record KeyFile(Path file) implements Secret {
        @Override
        public String toString() {
            return "the key file " + file;
        }
    }

    record Recovery(String text) implements Secret {
        @Override
        public String toString() {
            return "a recovery key";
        }
    }

    /** Nothing was given and there is no terminal to ask on. */
    record None() implements Secret {
    }
}
