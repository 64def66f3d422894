package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.util.Map;
import java.util.concurrent.Callable;

/** Lists a directory as it was. */
@Command(name = "ls", description = "List a directory, or show one file, as it was at a time.", footerHeading = "%nExamples:%n",
    footer = {"  amberfs ls 2024-06-18T10:10:docs", "  amberfs ls yesterday:", "  amberfs ls before-upgrade:etc"})
final class LsCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "[TIME:]PATH", defaultValue = "", description = "TIME is as in .snapshots/TIME or the name of a snapshot; without it: now."
        + " A PATH under the mounted drive is taken from its root. Without PATH: the root. A path that looks like a part of the time starts with a slash.")
    private String what;

    LsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (Context.Session session = context.reading(context.store())) {
            Request request = context.past("ls", what, session);
            if (context.output().json()) {
                try (JsonArray array = new JsonArray(context.output())) {
                    session.call(request, new Receiver(context.output(), entry -> array.add(withoutType(entry))));
                }
            } else {
                session.call(request, new Receiver(context.output(), entry -> context.output().line(line(entry))));
            }
        }
        return ExitCode.OK.number();
    }

    private static Map<String, Object> withoutType(Map<String, Object> entry) {
        entry.remove("type");
        return entry;
    }

    private String line(Map<String, Object> entry) {
        String target = entry.get("target") == null ? "" : " -> " + Show.text(String.valueOf(entry.get("target")));
        return String.format("%s %5s %5s %12s %s %s", Show.mode(((Number) entry.get("mode")).intValue()), entry.get("uid"), entry.get("gid"),
            entry.get("size"), Show.time(entry.get("mtime"), context.surroundings().offsets()), Show.text(String.valueOf(entry.get("name"))) + target);
    }
}
