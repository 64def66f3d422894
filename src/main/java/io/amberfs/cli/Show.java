package io.amberfs.cli;

import io.amberfs.model.Mode;

import io.amberfs.model.RawText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Values as people read them. What a short command shows is put together by hand: the JDK's formatter takes longer to load than the command to run. */
final class Show {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Show() {
    }

    /** As in {@code 3.4 GiB}. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1023.95 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        long tenths = Math.round(value * 10);
        return unit == 0 ? bytes + " B" : tenths / 10 + "." + tenths % 10 + " " + UNITS[unit];
    }

    /** As in {@code 12,345}. */
    static String count(long count) {
        StringBuilder shown = new StringBuilder(Long.toString(count));
        for (int i = shown.length() - 3; i > (count < 0 ? 1 : 0); i -= 3) {
            shown.insert(i, ',');
        }
        return shown.toString();
    }

    /** A time of the wire (ISO 8601, UTC) as local time, in a form that TIME accepts; anything else as it is. */
    static String time(Object wire, Function<Instant, ZoneOffset> offsets) {
        try {
            Instant at = Instant.parse(String.valueOf(wire));
            return LOCAL.format(at.atOffset(offsets.apply(at)));
        } catch (DateTimeParseException e) {
            return wire == null ? "-" : text(String.valueOf(wire));
        }
    }

    /** As in {@code 1h 5m}, {@code 5m 3s} or {@code 3s}. */
    static String span(Duration span) {
        if (span.toHours() > 0) {
            return span.toHours() + "h " + span.toMinutesPart() + "m";
        }
        return span.toMinutes() > 0 ? span.toMinutes() + "m " + span.toSecondsPart() + "s" : span.toSeconds() + "s";
    }

    /** As ls -l does: {@code drwxr-xr-x}. */
    static String mode(int mode) {
        StringBuilder text = new StringBuilder().append(switch (mode & Mode.TYPE) {
            case Mode.DIRECTORY -> 'd';
            case Mode.LINK -> 'l';
            case Mode.FIFO -> 'p';
            case Mode.SOCKET -> 's';
            case Mode.CHAR_DEVICE -> 'c';
            case Mode.BLOCK_DEVICE -> 'b';
            default -> '-';
        });
        text.append(triple(mode >> 6, (mode & Mode.SETUID) != 0, 's'));
        text.append(triple(mode >> 3, (mode & Mode.SETGID) != 0, 's'));
        return text.append(triple(mode, (mode & Mode.STICKY) != 0, 't')).toString();
    }

    private static String triple(int bits, boolean special, char mark) {
        char execute = (bits & 1) != 0 ? 'x' : '-';
        if (special) {
            execute = (bits & 1) != 0 ? mark : Character.toUpperCase(mark);
        }
        return String.valueOf((bits & 4) != 0 ? 'r' : '-') + ((bits & 2) != 0 ? 'w' : '-') + execute;
    }

    /** A number of an answer; 0 where there is none. */
    static long number(Map<String, Object> answer, String name) {
        return answer.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** A name on one line: control characters, which could also steer the terminal, show as {@code \x1b}, and so do bytes that are not UTF-8. */
    static String text(String raw) {
        String name = RawText.shown(raw);
        if (name.chars().noneMatch(Character::isISOControl)) {
            return name;
        }
        StringBuilder shown = new StringBuilder();
        name.chars().forEach(c -> shown.append(Character.isISOControl(c) ? String.format("\\x%02x", c) : String.valueOf((char) c)));
        return shown.toString();
    }
}
