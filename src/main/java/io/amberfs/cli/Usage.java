package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is refused or read alike by several commands. */
final class Usage {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private Usage() {
    }

    static Refusal missing(String command, String choices) {
        return new Refusal(ExitCode.USAGE, command + " needs one of " + choices + " (amberfs " + command + " --help tells how)");
    }

    /** What {@link #duration} reads as the same. */
    static String text(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toSeconds() % 3600 == 0 ? duration.toHours() + "h" : duration.toSeconds() + "s";
    }

    /** As in {@code 500ms}, {@code 1s}, {@code 5m}; more than nothing. */
    static Duration duration(String option, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new Refusal(ExitCode.USAGE, option + " takes a time like 500ms, 1s or 5m, not '" + text + "'");
        }
        long value = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(value);
            case "s" -> Duration.ofSeconds(value);
            case "m" -> Duration.ofMinutes(value);
            default -> Duration.ofHours(value);
        };
    }
}
