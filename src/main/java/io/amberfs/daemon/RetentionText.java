package io.amberfs.daemon;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import io.amberfs.model.Retention;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A retention rule as people write it: {@code 1h}, {@code 7d}, {@code forever}, {@code 0}. Stateless. */
public final class RetentionText {
    private static final Pattern WHILE = Pattern.compile("(\\d{1,6})(s|m|h|d|w|y)");
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
        return new Retention(time(texts, "keep-all"), time(texts, "keep-minutely"), time(texts, "keep-hourly"), time(texts, "keep-daily"), time(texts, "keep-weekly"));
    }

    private static long time(Map<String, String> texts, String option) {
        String text = texts.get(option);
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

    private static String text(long nanos) {
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
