package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is not the same at two instants. */
@Command(name = "diff", description = "Show what differs between two times: + is new, - is gone, M has changed, R has moved.",
    footerHeading = "%nExamples:%n", footer = {"  amberfs diff yesterday", "  amberfs diff 2024-06-18T10:10 now docs --content"})
final class DiffCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(index = "0", paramLabel = "FROM", description = "A time as in .snapshots/TIME, the name of a snapshot, or 'now'.")
    private String from;

    @Parameters(index = "1", arity = "0..1", defaultValue = "now", paramLabel = "TO", description = "The same; now unless given.")
    private String to;

    @Parameters(index = "2", arity = "0..1", defaultValue = "", paramLabel = "PATH", description = "Only what is there, or below.")
    private String path;

    @Option(names = "--stat", description = "Only how much of what.")
    private boolean stat;

    @Option(names = "--content", description = "The lines of text files that differ, too.")
    private boolean content;

    DiffCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Output output = context.output();
        boolean live = from.equals("now") || to.equals("now");
        try (Context.Session session = live ? context.session(context.store()) : context.reading(context.store())) {
            Map<String, Object> arguments = new LinkedHashMap<>(Map.of("from", from, "to", to, "content", content && !stat));
            context.putPath(arguments, session.store(), path);
            Map<String, Object> result = session.call(new Request("diff", arguments), new Receiver(output, this::show));
            if (output.json()) {
                Map<String, Object> last = new LinkedHashMap<>(Map.of("type", "result"));
                last.putAll(result);
                output.json(last);
            } else if (stat) {
                output.line(summary(result));
            }
        }
        return ExitCode.OK.number();
    }

    private void show(Map<String, Object> event) {
        Output output = context.output();
        if (stat) {
            return;
        } else if (output.json()) {
            output.json(event);
            return;
        }
        String type = String.valueOf(event.get("type"));
        switch (type) {
            case "content" -> output.line(String.valueOf(event.get("text")).stripTrailing());
            case "unlike" -> output.line("  (no lines are shown: " + event.get("reason") + ")");
            default -> output.line(line(type, event));
        }
    }

    private static String line(String type, Map<String, Object> event) {
        String slash = "directory".equals(event.get("file")) ? "/" : "";
        String entry = name(event, "path") + slash;
        return switch (type) {
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

    private static String summary(Map<String, Object> result) {
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
