package io.amberfs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;

/** What a command that ended left behind. Immutable. */
record Outcome(List<String> command, int exit, String out, String err) {
    /** @return standard output of a command that succeeded */
    String ok() {
        assertEquals(0, exit, this::toString);
        return out;
    }

    /** Asserts what every refusal of amberfs looks like: one line that says what and what to do, and the documented exit code. @return that line */
    String refused(int code) {
        assertEquals(code, exit, this::toString);
        assertEquals(1, err.lines().count(), this::toString);
        assertTrue(err.startsWith("amberfs: "), this::toString);
        assertFalse(err.contains("Exception"), this::toString);
        return err.strip();
    }

    @Override
    public String toString() {
        return command.stream().map(Outcome::tail).collect(Collectors.joining(" ")) + "\nexit code " + exit + "\nout: " + shortened(out) + "\nerr: " + shortened(err);
    }

    /** Of a script that is a word of the command, its end. */
    private static String tail(String word) {
        return word.length() <= 1000 ? word : "... " + word.substring(word.length() - 1000);
    }

    private static String shortened(String text) {
        return text.length() <= 4000 ? text : text.substring(0, 4000) + " ...";
    }
}
