package io.amberfs.check;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Some of the blocks, by their numbers: {@code 5%} chosen by a seed, another few with each; {@code 2/7} the second of seven parts, which together are all. Stateless. */
public final class Sample {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3})?)%");
    private static final Pattern PART = Pattern.compile("(\\d{1,6})/(\\d{1,6})");
    /** Of 100 %. */
    private static final int FINE = 100_000;

    private Sample() {
    }

    /** Whether a block is among them. @throws Refusal USAGE */
    public static LongPredicate of(String text, long seed) {
        Matcher percent = PERCENT.matcher(text);
        Matcher part = PART.matcher(text);
        if (percent.matches() && Double.parseDouble(percent.group(1)) > 0 && Double.parseDouble(percent.group(1)) <= 100) {
            long share = Math.round(Double.parseDouble(percent.group(1)) * FINE / 100);
            return number -> Long.remainderUnsigned(mixed(number + seed), FINE) < share;
        } else if (part.matches()) {
            long which = Long.parseLong(part.group(1));
            long of = Long.parseLong(part.group(2));
            if (which >= 1 && which <= of) {
                return number -> number % of == which - 1;
            }
        }
        throw new Refusal(ExitCode.USAGE, "--read-data-subset takes a share like 5%, or a part like 2/7 (the second of seven), not '" + text + "'");
    }

    /** SplitMix64 (Steele, Lea, Flood 2014): neighbours come out far apart. */
    private static long mixed(long number) {
        long z = number * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
