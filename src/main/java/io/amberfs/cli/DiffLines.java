package io.amberfs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What differs between two instants, as people read it. Stateless. */
final class DiffLines {
    private DiffLines() {
    }

    /** The line of one difference. */
    static String line(Map<String, Object> event) {
        String slash = "directory".equals(event.get("file")) ? "/" : "";
        String entry = name(event, "path") + slash;
        return switch (String.valueOf(event.get("type"))) {
            case "added" -> "+ " + entry + note(sized(event) ? List.of(Show.bytes(number(event, "after", "size"))) : List.of());
            case "removed" -> "- " + entry + note(sized(event) ? List.of(Show.bytes(number(event, "before", "size"))) : List.of());
            case "moved" -> "R " + name(event, "from") + slash + " -> " + entry + note(changes(event));
            default -> "M " + entry + note(changes(event));
        };
    }

    private static List<String> changes(Map<String, Object> event) {
        List<String> changes = new ArrayList<>();
        List<?> what = event.get("what") instanceof List<?> list ? list : List.of();
        if (what.contains("contents")) {
            changes.add(Show.bytes(number(event, "before", "size")) + " -> " + Show.bytes(number(event, "after", "size")));
        }
        if (what.contains("mode")) {
            changes.add("mode " + mode(event, "before") + " -> " + mode(event, "after"));
        }
        if (what.contains("owner")) {
            changes.add("owner " + owner(event, "before") + " -> " + owner(event, "after"));
        }
        if (what.contains("xattrs")) {
            changes.add("attributes");
        }
        if (changes.isEmpty() && what.contains("time")) {
            changes.add("time");
        }
        return changes;
    }

    private static boolean sized(Map<String, Object> event) {
        return "file".equals(event.get("file"));
    }

    private static String note(List<String> what) {
        return what.isEmpty() ? "" : "  (" + String.join(", ", what) + ")";
    }

    private static String mode(Map<String, Object> event, String when) {
        return String.format("%04o", number(event, when, "mode") & 07777);
    }

    private static String owner(Map<String, Object> event, String when) {
        return number(event, when, "uid") + ":" + number(event, when, "gid");
    }

    private static String name(Map<String, Object> event, String key) {
        String name = Show.text(String.valueOf(event.get(key)));
        return name.isEmpty() ? "." : name;
    }

    private static long number(Map<String, Object> event, String when, String key) {
        return event.get(when) instanceof Map<?, ?> side && side.get(key) instanceof Number number ? number.longValue() : 0;
    }

    /** How much of what. */
    static String summary(Map<String, Object> result) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, String> kind : List.of(Map.entry("added", "new"), Map.entry("removed", "gone"), Map.entry("changed", "changed"), Map.entry("moved", "moved"))) {
            parts.add(Show.count(plain(result, kind.getKey())) + " " + kind.getValue());
        }
        return String.join(", ", parts) + "; " + Show.bytes(plain(result, "bytesMore")) + " more, " + Show.bytes(plain(result, "bytesLess")) + " less";
    }

    private static long plain(Map<String, Object> result, String key) {
        return result.get(key) instanceof Number number ? number.longValue() : 0;
    }
}
