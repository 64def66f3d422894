package io.amberfs.daemon;

import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Fault;
import io.amberfs.model.FsException;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import io.amberfs.model.StoreFailedException;
import io.amberfs.model.UnsupportedFormatException;

import java.util.Arrays;
import java.util.Map;

/** How a failed request reads for the user: an exit code and one line. Immutable. */
public record Failure(ExitCode code, String message) {
    public static Failure of(Throwable thrown) {
        if (thrown instanceof Refusal refusal) {
            return new Failure(refusal.code(), line(refusal.getMessage()));
        }
        if (thrown instanceof CorruptException) {
            return new Failure(ExitCode.DAMAGE, line(thrown.getMessage()));
        }
        if (thrown instanceof UnsupportedFormatException) {
            return new Failure(ExitCode.FORMAT, line(thrown.getMessage()));
        }
        if (thrown instanceof FsException || thrown instanceof StoreFailedException) {
            return new Failure(ExitCode.ERROR, line(thrown.getMessage()));
        }
        String message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
        return new Failure(ExitCode.ERROR, line("unexpected " + thrown.getClass().getSimpleName() + message + " (-vv shows where)"));
    }

    /** Whether it is one of the failures that were foreseen; any other is a mistake in amberfs and its trace belongs in the log. */
    public static boolean isForeseen(Throwable thrown) {
        return thrown instanceof Refusal || thrown instanceof Fault || thrown instanceof FsException;
    }

    public Refusal refusal() {
        return new Refusal(code, message);
    }

    Map<String, Object> json() {
        return Map.of("code", code.number(), "message", message);
    }

    /** What came over the wire; an unknown code counts as a plain error. */
    public static Failure read(Map<String, Object> json) {
        ExitCode code = Arrays.stream(ExitCode.values()).filter(c -> json.get("code") instanceof Integer n && n == c.number() && c != ExitCode.OK)
            .findFirst().orElse(ExitCode.ERROR);
        return new Failure(code, json.get("message") instanceof String text ? line(text) : "the daemon reports an error without a message");
    }

    private static String line(String message) {
        return RawText.shown(message.replaceAll("\\s*\\R\\s*", "; "));
    }
}
