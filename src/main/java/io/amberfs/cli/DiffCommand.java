package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.LinkedHashMap;
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
                output.line(DiffLines.summary(result));
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
            default -> output.line(DiffLines.line(event));
        }
    }
}
