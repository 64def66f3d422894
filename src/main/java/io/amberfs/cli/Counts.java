package io.amberfs.cli;

import java.util.Map;
import java.util.stream.Collectors;

/** The counts that a long job ends with, in a line for people. */
final class Counts {
    private Counts() {
    }

    /** As in {@code 12 restored, 3 deleted, 3.1 KiB}; the numbers in their order, without those that are zero. */
    static String text(Map<String, Object> result) {
        String text = result.entrySet().stream().filter(count -> count.getValue() instanceof Number number && number.longValue() != 0)
            .map(count -> one(count.getKey(), ((Number) count.getValue()).longValue())).collect(Collectors.joining(", "));
        return text.isEmpty() ? "nothing" : text;
    }

    private static String one(String name, long count) {
        return name.equals("bytes") ? Show.bytes(count) : Show.count(count) + " " + name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
    }
}
