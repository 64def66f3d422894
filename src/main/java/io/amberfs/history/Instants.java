package io.amberfs.history;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ways of naming a time. Immutable.
 *
 * <p>{@code 2024-06-18}, {@code 2024-06-18T10:10}, {@code 2024-06-18T10:10:37}, each also with a blank or {@code _} for the T, {@code -} for the colons, and {@code Z} or
 * {@code +02:00} behind it; {@code @GMT-2024.06.18-10.10.37}; {@code now}, {@code today}, {@code yesterday}; {@code 10min-ago}. A time means its start, in the drive's zone.
 */
public final class Instants {
    /** For messages. */
    public static final String FORMS = "2024-06-18, 2024-06-18T10:10, 2024-06-18T10:10:37 (with Z or +02:00 if need be), @GMT-2024.06.18-10.10.37, "
        + "now, today, yesterday, 10min-ago";
    /** What 64 bits of nanoseconds can count. */
    private static final String RANGE = "1677-09-22 to 2262-04-11";
    private static final long SECOND = 1_000_000_000L;
    private static final Pattern CIVIL = Pattern.compile(
        "(\\d{4})-(\\d{2})-(\\d{2})(?:[T_ ](\\d{2})[:-](\\d{2})(?:[:-](\\d{2})(?:\\.(\\d{1,9}))?)?)?(Z|[+-]\\d{2}:?\\d{2})?");
    private static final Pattern SAMBA = Pattern.compile("@GMT-(\\d{4})\\.(\\d{2})\\.(\\d{2})-(\\d{2})\\.(\\d{2})\\.(\\d{2})");
    private static final Pattern AGO = Pattern.compile("(\\d{1,9})[ -]?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)[ -]ago");
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private final ZoneId zone;

    public Instants(ZoneId zone) {
        this.zone = zone;
    }

    /**
     * @param now nanoseconds since 1970
     * @return nanoseconds since 1970; empty if the text names no time, or one that they cannot count
     */
    public Optional<Long> parse(String text, long now) {
        try {
            return read(text, now);
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Whether the text is the name of a time, also of one that is too far away to be counted. */
    public boolean isTime(String text, long now) {
        try {
            return read(text, now).isPresent();
        } catch (ArithmeticException e) {
            return true;
        }
    }

    /** @throws ArithmeticException for a time that 64 bits of nanoseconds cannot count */
    private Optional<Long> read(String text, long now) {
        try {
            Matcher civil = CIVIL.matcher(text);
            if (civil.matches()) {
                return civil(civil);
            }
            Matcher samba = SAMBA.matcher(text);
            if (samba.matches()) {
                return Optional.of(nanos(LocalDateTime.of(number(samba, 1), number(samba, 2), number(samba, 3), number(samba, 4), number(samba, 5), number(samba, 6))
                    .toInstant(ZoneOffset.UTC)));
            }
            Matcher ago = AGO.matcher(text);
            if (ago.matches()) {
                return Optional.of(Math.subtractExact(now, unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))).toNanos()));
            }
            LocalDate today = instant(now).atZone(zone).toLocalDate();
            return switch (text) {
                case "now" -> Optional.of(now);
                case "today" -> Optional.of(nanos(today.atStartOfDay(zone).toInstant()));
                case "yesterday" -> Optional.of(nanos(today.minusDays(1).atStartOfDay(zone).toInstant()));
                default -> Optional.empty();
            };
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** @throws Refusal USAGE with the accepted forms, or the range */
    public long require(String text, long now) {
        try {
            return read(text, now).orElseThrow(() -> new Refusal(ExitCode.USAGE, "'" + text + "' is neither a snapshot nor a time; a time is one of " + FORMS));
        } catch (ArithmeticException e) {
            throw new Refusal(ExitCode.USAGE, "the time '" + text + "' is out of range: times go from " + RANGE, e);
        }
    }

    /** {@code 2024-06-18T10:10}, in the drive's zone. */
    public String minute(long time) {
        return MINUTE.format(instant(time).atZone(zone));
    }

    /** {@code 2024-06-18T10:10:37}, in the drive's zone. */
    public String second(long time) {
        return SECONDS.format(instant(time).atZone(zone));
    }

    /** As {@link #second}, with as many decimals as are needed and the offset: names the time exactly, also when clocks are set back. */
    public String exact(long time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant(time).atZone(zone));
    }

    private Optional<Long> civil(Matcher m) {
        LocalDate date = LocalDate.of(number(m, 1), number(m, 2), number(m, 3));
        int nano = m.group(7) == null ? 0 : Integer.parseInt((m.group(7) + "00000000").substring(0, 9));
        LocalDateTime local = m.group(4) == null ? date.atStartOfDay()
            : date.atTime(number(m, 4), number(m, 5), m.group(6) == null ? 0 : number(m, 6), nano);
        ZoneId in = m.group(8) == null ? zone : ZoneId.of(m.group(8));
        return Optional.of(nanos(ZonedDateTime.of(local, in).toInstant()));
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static Duration unit(String name) {
        return switch (name.charAt(0)) {
            case 's' -> Duration.ofSeconds(1);
            case 'm' -> Duration.ofMinutes(1);
            case 'h' -> Duration.ofHours(1);
            case 'd' -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
    }
}
