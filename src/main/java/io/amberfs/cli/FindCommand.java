package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.daemon.Twin;
import io.amberfs.model.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks for a name in all of history. */
@Command(name = "find", description = "Look for a name in all of history: where it was, and from when until when.",
    footerHeading = "%nExample:%n", footer = "  amberfs find --name '*.odt' --deleted")
final class FindCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--name", required = true, paramLabel = "PATTERN", description = "A name; * stands for any characters, ? for one, [abc] for one of these.")
    private String name;

    @Option(names = "--deleted", description = "Only what is not there any more.")
    private boolean deleted;

    @Option(names = "--between", arity = "2", paramLabel = "TIME", description = "Only what was there between two times.")
    private String[] between;

    FindCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Output output = context.output();
        Map<String, Object> arguments = new LinkedHashMap<>(Map.of("deleted", deleted));
        Twin.put(arguments, "name", name);
        if (between != null) {
            arguments.put("after", between[0]);
            arguments.put("before", between[1]);
        }
        try (Context.Session session = context.session(context.store())) {
            if (output.json()) {
                try (JsonArray array = new JsonArray(output)) {
                    session.call(new Request("find", arguments), new Receiver(output, event -> {
                        event.remove("type");
                        array.add(event);
                    }));
                }
            } else {
                session.call(new Request("find", arguments), new Receiver(output, event -> output.line(line(event))));
            }
        }
        return ExitCode.OK.number();
    }

    private String line(Map<String, Object> event) {
        String until = event.get("until") == null ? "now" : Show.time(event.get("until"), context.surroundings().offsets());
        return Show.time(event.get("from"), context.surroundings().offsets()) + "  " + until + " ".repeat(Math.max(0, 19 - until.length())) + "  "
            + Show.text(String.valueOf(event.get("path"))) + ("directory".equals(event.get("file")) ? "/" : "");
    }
}
