package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What became of a file. */
@Command(name = "log", description = "Show every version of a file or directory, the newest first, also under the names that it had before, and of what is gone.",
    footerHeading = "%nExample:%n", footer = "  amberfs log docs/letter.txt")
final class LogCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "PATH", description = "A path under the mounted drive, or from its root; there need not be anything any more.")
    private String path;

    LogCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Output output = context.output();
        try (Context.Session session = context.session(context.store())) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            context.putPath(arguments, session.store(), path);
            Request request = new Request("log", arguments);
            if (output.json()) {
                try (JsonArray array = new JsonArray(output)) {
                    session.call(request, new Receiver(output, array::add));
                }
            } else {
                String[] shown = {null};
                session.call(request, new Receiver(output, event -> {
                    output.line(line(event, shown[0]));
                    shown[0] = String.valueOf(event.get("path"));
                }));
            }
        }
        return ExitCode.OK.number();
    }

    /** The path stands where it is another than in the line above. */
    private String line(Map<String, Object> event, String pathAbove) {
        String time = Show.time(event.get("time"), context.surroundings().offsets());
        String at = Show.text(String.valueOf(event.get("path")));
        String here = String.valueOf(event.get("path")).equals(pathAbove) ? "" : "  " + (at.isEmpty() ? "." : at);
        if ("gone".equals(event.get("type"))) {
            return time + "  " + pad("-") + "  " + (event.get("to") == null ? "deleted" : "moved to " + Show.text(String.valueOf(event.get("to")))) + here;
        }
        String size = "file".equals(event.get("file")) ? Show.bytes(event.get("size") instanceof Number number ? number.longValue() : 0) : String.valueOf(event.get("file"));
        return time + "  " + pad(size) + "  " + String.join(", ", what(event)) + here;
    }

    private static List<String> what(Map<String, Object> event) {
        List<?> events = event.get("events") instanceof List<?> list ? list : List.of();
        List<?> what = event.get("what") instanceof List<?> list ? list : List.of();
        List<String> all = new ArrayList<>();
        if (events.contains("made")) {
            all.add("first seen");
        }
        if (events.contains("back")) {
            all.add("restored");
        }
        if (events.contains("moved")) {
            all.add("moved from " + Show.text(String.valueOf(event.get("from"))));
        }
        for (Object one : what) {
            if (!one.equals("time") || what.size() == 1 && all.isEmpty()) {
                all.add(one.equals("mode") && event.get("mode") instanceof Number mode ? "mode " + String.format("%04o", mode.intValue() & 07777)
                    : one.equals("owner") ? "owner " + event.get("uid") + ":" + event.get("gid") : one.equals("xattrs") ? "attributes" : String.valueOf(one));
            }
        }
        return all.isEmpty() ? List.of("-") : all;
    }

    private static String pad(String text) {
        return " ".repeat(Math.max(0, 10 - text.length())) + text;
    }
}
