package io.amberfs.daemon;

import io.amberfs.model.Amount;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A retention rule as people write it: {@code 1h}, {@code 7d}, {@code forever}, {@code 0}. Stateless. */
public final class RetentionText {
    private static final Pattern WHILE = Pattern.compile("(\\d{1,6})(s|m|h|d|w|y)");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,6})([KMGT%])");
    /** Each 1024 of the one before. */
    private static final String UNITS = "KMGT";
    private static final Map<Character, Duration> WHILES = Map.of('s', Duration.ofSeconds(1), 'm', Duration.ofMinutes(1), 'h', Duration.ofHours(1), 'd', Duration.ofDays(1),
        'w', Duration.ofDays(7), 'y', Duration.ofDays(365));

    /** The options of {@code retention set}, and what each says of a rule. */
    private static final Map<String, Function<Retention, String>> OPTIONS = new LinkedHashMap<>();

    static {
        OPTIONS.put("keep-all", rule -> text(rule.all()));
        OPTIONS.put("keep-minutely", rule -> text(rule.minutely()));
        OPTIONS.put("keep-hourly", rule -> text(rule.hourly()));
        OPTIONS.put("keep-daily", rule -> text(rule.daily()));
        OPTIONS.put("keep-weekly", rule -> text(rule.weekly()));
        OPTIONS.put("max-history", rule -> text(rule.maxHistory()));
        OPTIONS.put("min-free", rule -> text(rule.minFree()));
    }

    private RetentionText() {
    }

    /** The rule, by the names of its options. */
    public static Map<String, String> of(Retention rule) {
        Map<String, String> texts = new LinkedHashMap<>();
        OPTIONS.forEach((name, text) -> texts.put(name, text.apply(rule)));
        return texts;
    }

    /** @param changes texts by the names of options; the others stay as in {@code rule}. @throws Refusal USAGE for what cannot be read, or contradicts itself */
    public static Retention changed(Retention rule, Map<String, String> changes) {
        Map<String, String> texts = of(rule);
        texts.putAll(changes);
        return new Retention(time(texts, "keep-all"), time(texts, "keep-minutely"), time(texts, "keep-hourly"), time(texts, "keep-daily"), time(texts, "keep-weekly"),
            amount(texts, "max-history"), amount(texts, "min-free"));
    }

    private static Optional<Amount> amount(Map<String, String> texts, String option) {
        String text = texts.get(option);
        if (text.equals("none")) {
            return Optional.empty();
        }
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            throw new Refusal(ExitCode.USAGE, "--" + option + " takes a part of the file system like 50%, a size like 200G or 1T, or none, not '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        int unit = UNITS.indexOf(matcher.group(2));
        return Optional.of(unit < 0 ? new Amount(true, number) : new Amount(false, number << 10 * (unit + 1)));
    }

    private static String text(Optional<Amount> amount) {
        if (amount.isEmpty()) {
            return "none";
        } else if (amount.get().isPercent()) {
            return amount.get().value() + "%";
        }
        long value = amount.get().value();
        int unit = value == 0 ? 1 : Math.max(1, Math.min(UNITS.length(), Long.numberOfTrailingZeros(value) / 10));
        return (value >> 10 * unit) + UNITS.substring(unit - 1, unit);
    }

    private static long time(Map<String, String> texts, String option) {
        return span(texts.get(option), option);
    }

    /** A time in nanoseconds. @throws Refusal USAGE */
    static long span(String text, String option) {
        if (text.equals("forever")) {
            return Retention.FOREVER;
        } else if (text.equals("0")) {
            return 0;
        }
        Matcher matcher = WHILE.matcher(text);
        if (!matcher.matches()) {
            throw new Refusal(ExitCode.USAGE, "--" + option + " takes a time like 30m, 24h, 7d, 2w or 1y, forever, or 0 for none, not '" + text + "'");
        }
        try {
            return WHILES.get(matcher.group(2).charAt(0)).multipliedBy(Long.parseLong(matcher.group(1))).toNanos();
        } catch (ArithmeticException e) {
            return Retention.FOREVER;
        }
    }

    /** Bytes. @throws Refusal USAGE */
    static long size(String text, String option) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches() || matcher.group(2).equals("%") || Long.parseLong(matcher.group(1)) == 0) {
            throw new Refusal(ExitCode.USAGE, "--" + option + " takes a size like 500K, 50M or 1G, not '" + text + "'");
        }
        return Long.parseLong(matcher.group(1)) << 10 * (UNITS.indexOf(matcher.group(2)) + 1);
    }

    static String text(long nanos) {
        if (nanos == Retention.FOREVER) {
            return "forever";
        }
        Duration time = Duration.ofNanos(nanos);
        if (time.toDays() > 1 && time.equals(Duration.ofDays(time.toDays()))) {
            return time.toDays() + "d";
        } else if (time.toHours() > 0 && time.equals(Duration.ofHours(time.toHours()))) {
            return time.toHours() + "h";
        } else if (time.toMinutes() > 0 && time.equals(Duration.ofMinutes(time.toMinutes()))) {
            return time.toMinutes() + "m";
        }
        return nanos == 0 ? "0" : time.toSeconds() + "s";
    }
}
