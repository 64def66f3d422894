package io.amberfs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * {@code TIME:PATH}, taken apart. Immutable.
 *
 * <ul>
 *   <li>A colon ends the time. Times contain colons themselves: the longest beginning that is written like a time and ends before a colon or at the end
 *       of the text is the time. So {@code 2024-06-18T10:10:37} is a time and no path; to mean the file 37, write {@code 2024-06-18T10:10:/37}.</li>
 *   <li>If nothing at the beginning is written like a time, it is the name of a snapshot. With several colons before the first slash, the longest
 *       beginning that is the name of an existing snapshot counts, or else the shortest.</li>
 *   <li>Without a colon, and not like a time, the whole is a path of the present; so is what follows a colon at the start ({@code :a:b}).</li>
 *   <li>An empty path is the root.</li>
 * </ul>
 */
record TimePath(Optional<String> time, String path) {
    private static final String ZONE = "(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?";
    private static final Pattern TIME = Pattern.compile(String.join("|",
        "\\d{4}-\\d\\d-\\d\\d(?:[T_ ]\\d\\d[:-]\\d\\d(?:[:-]\\d\\d(?:\\.\\d{1,9})?)?)?" + ZONE,
        "@GMT-\\d{4}\\.\\d\\d\\.\\d\\d-\\d\\d\\.\\d\\d\\.\\d\\d",
        "now|today|yesterday",
        "\\d+[ -]?(?:s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|mon|months?|y|years?)[ -]ago"));

    /** Whether the text is written like a time; it may still be no day of the calendar. */
    static boolean isTime(String text) {
        return TIME.matcher(text).matches();
    }

    /** @param snapshots the names of all snapshots; asked only when the text is ambiguous */
    static TimePath parse(String text, Supplier<Set<String>> snapshots) {
        if (text.startsWith(":")) {
            return new TimePath(Optional.empty(), text.substring(1));
        }
        for (int end = text.length(); end > 0; end = text.lastIndexOf(':', end - 1)) {
            if (isTime(text.substring(0, end))) {
                return split(text, end);
            }
        }
        List<Integer> colons = colonsBeforeSlash(text);
        if (colons.isEmpty()) {
            return new TimePath(Optional.empty(), text);
        }
        if (colons.size() == 1) {
            return split(text, colons.get(0));
        }
        Set<String> names = snapshots.get();
        for (int i = colons.size() - 1; i >= 0; i--) {
            if (names.contains(text.substring(0, colons.get(i)))) {
                return split(text, colons.get(i));
            }
        }
        return split(text, colons.get(0));
    }

    private static TimePath split(String text, int end) {
        return new TimePath(Optional.of(text.substring(0, end)), text.substring(Math.min(end + 1, text.length())));
    }

    /** The name of a snapshot is the name of a directory: it contains no slash. */
    private static List<Integer> colonsBeforeSlash(String text) {
        int slash = text.indexOf('/');
        List<Integer> colons = new ArrayList<>();
        for (int at = text.indexOf(':'); at >= 0 && (slash < 0 || at < slash); at = text.indexOf(':', at + 1)) {
            colons.add(at);
        }
        return colons;
    }
}
