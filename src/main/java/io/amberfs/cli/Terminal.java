package io.amberfs.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The person at the keyboard, if there is one. */
interface Terminal {
    /** Asks without echo; empty if there is no terminal, or the input ended. */
    Optional<char[]> password(String question);

    /** Asks with echo; empty if there is no terminal, or the input ended. */
    Optional<String> line(String question);

    /** Whether what goes to standard error is seen at once, so that a line that changes in place makes sense. */
    boolean showsErrors();

    static Terminal system() {
        return new Terminal() {
            @Override
            public Optional<char[]> password(String question) {
                return console().map(console -> console.readPassword("%s", question));
            }

            @Override
            public Optional<String> line(String question) {
                return console().map(console -> console.readLine("%s", question));
            }

            @Override
            public boolean showsErrors() {
                return isTerminal(2);
            }
        };
    }

    /** Later JDKs give a console even without a terminal: so the input is looked at, too. */
    private static Optional<Console> console() {
        return isTerminal(0) ? Optional.ofNullable(System.console()) : Optional.empty();
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException e) {
            return false; // closed
        }
    }
}
