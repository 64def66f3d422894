package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes out of history what should never have been in it. */
@Command(name = "purge", description = {"Remove a file or tree from all history: every version of it, under all its names, but what is there now. Nothing brings it back.",
    "That it was done stays noted: when, by whom, and a hash of the path."},
    footerHeading = "%nExamples:%n", footer = {"  amberfs purge docs/password.txt --dry-run", "  amberfs purge --list"})
final class PurgeCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "PATH", arity = "0..1", description = "A path under the mounted drive, or from its root; there need not be anything any more.")
    private String path;

    @Option(names = {"-n", "--dry-run"}, description = "Only say what would go.")
    private boolean dryRun;

    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    private boolean yes;

    @Option(names = "--list", description = "Show what was purged; with PATH, whether that was.")
    private boolean list;

    PurgeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (list && (dryRun || yes)) {
            throw new Refusal(ExitCode.USAGE, "--list purges nothing: it goes with no other option (amberfs purge --help)");
        } else if (!list && path == null) {
            throw Usage.missing("purge", "a PATH or --list");
        }
        try (Context.Session session = context.session(context.store())) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            if (path != null) {
                context.putPath(arguments, session.store(), path);
            }
            if (list) {
                list(session, arguments);
                return ExitCode.OK.number();
            }
            if (!yes && !dryRun) {
                ask(look(session, arguments, true));
            }
            Map<String, Object> result = look(session, arguments, dryRun);
            if (context.output().json()) {
                context.output().json(result);
            } else {
                context.output().info(said(result));
            }
        }
        return ExitCode.OK.number();
    }

    private Map<String, Object> look(Context.Session session, Map<String, Object> arguments, boolean only) {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        all.put("dryRun", only);
        return session.call(new Request("purge", all), new Receiver(context.output(), event -> {
            if (context.output().json()) {
                context.output().json(event);
            } else if (only) {
                String at = Show.text(String.valueOf(event.get("path")));
                context.output().line("it was moved, and stays as it is now, with what it was since: " + at + " (amberfs purge " + at + " is for all of it)");
            }
        }));
    }

    private void ask(Map<String, Object> would) {
        if (Show.number(would, "versions") == 0) {
            return;
        }
        Optional<String> answer = context.output().json() ? Optional.empty()
            : context.surroundings().terminal().line(what(would) + " would go from history, and nothing brings that back. Go on? [y/N] ");
        if (answer.isEmpty()) {
            throw new Refusal(ExitCode.USAGE, "nothing was purged: " + what(would) + " would go; say --yes if that is what you want");
        } else if (!answer.get().strip().equalsIgnoreCase("y") && !answer.get().strip().equalsIgnoreCase("yes")) {
            throw new Refusal(ExitCode.ERROR, "nothing was purged");
        }
    }

    private String what(Map<String, Object> result) {
        long files = Show.number(result, "files");
        return Show.count(Show.number(result, "versions")) + " versions of " + Show.count(files) + (files == 1 ? " file or directory" : " files and directories")
            + " since " + Show.time(result.get("first"), context.surroundings().offsets());
    }

    private String said(Map<String, Object> result) {
        if (Show.number(result, "versions") == 0) {
            return "nothing of it is in history but what is there now";
        } else if (dryRun) {
            return what(result) + " would go; nothing was changed";
        }
        return what(result) + " are gone from history, and " + Show.bytes(Show.number(result, "bytes")) + " came back";
    }

    private void list(Context.Session session, Map<String, Object> arguments) {
        Object purges = session.call(new Request("purge.list", arguments), new Receiver(context.output(), event -> { })).get("purges");
        if (context.output().json()) {
            context.output().json(purges);
            return;
        }
        Table table = new Table("TIME", "BY", "PATH HASH");
        List<?> all = purges instanceof List<?> found ? found : List.of();
        for (Object one : all) {
            if (one instanceof Map<?, ?> purge) {
                table.row(Show.time(purge.get("time"), context.surroundings().offsets()), Show.text(String.valueOf(purge.get("user"))), String.valueOf(purge.get("pathHash")));
            }
        }
        (all.isEmpty() ? List.of("nothing was purged") : table.lines()).forEach(context.output()::line);
    }
}
