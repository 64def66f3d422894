package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.daemon.Twin;
import io.amberfs.model.ExitCode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Brings back what was. */
@Command(name = "restore", description = "Bring a file or directory back as it was at a time. Only what differs is rewritten.", footerHeading = "%nExamples:%n",
    footer = {"  amberfs restore docs --at yesterday --dry-run", "  amberfs restore docs --at 2024-06-18T10:10 --to /tmp/docs-of-then"})
final class RestoreCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "PATH", description = "A path under the mounted drive, or from its root.")
    private String path;

    @Option(names = "--at", paramLabel = "TIME", required = true, description = "A time as in .snapshots/TIME, or the name of a snapshot.")
    private String at;

    @ArgGroup
    private Where where = new Where();

    @Option(names = "--delete", description = "Delete what was not there then.")
    private boolean delete;

    @Option(names = {"-n", "--dry-run"}, description = "Only list what would be done.")
    private boolean dryRun;

    private boolean absent;
    /** Of an undo that leaves what was done since. */
    private Optional<String> until = Optional.empty();
    private boolean force;
    private long files;
    private long bytes;

    RestoreCommand(Context context) {
        this.context = context;
    }

    /** In place, and without what was not there then, be it all of it. */
    RestoreCommand(Context context, String path, String at, boolean dryRun) {
        this(context);
        this.path = path;
        this.at = at;
        this.dryRun = dryRun;
        delete = true;
        absent = true;
    }

    /** Only what was done until then. */
    RestoreCommand(Context context, String path, String at, String until, boolean force, boolean dryRun) {
        this(context, path, at, dryRun);
        this.until = Optional.of(until);
        this.force = force;
    }

    @Override
    public Integer call() {
        Output output = context.output();
        try (Context.Session session = where.to == null ? context.session(context.store()) : context.reading(context.store()); Progress progress = context.progress()) {
            Consumer<Map<String, Object>> show = event -> show(event, progress);
            Map<String, Object> arguments = new LinkedHashMap<>(Map.of("at", at));
            if (path == null) {
                Twin.put(arguments, "path", "");
            } else {
                context.putPath(arguments, session.store(), path);
            }
            Map<String, Object> result = where.to == null ? inPlace(session, arguments, show) : elsewhere(session, arguments, show);
            progress.clear();
            report(result, output);
            if (Boolean.FALSE.equals(result.get("complete"))) {
                output.warn("not everything is as it was then: what was left out is named above");
                return ExitCode.PARTLY.number();
            }
        }
        return ExitCode.OK.number();
    }

    private Map<String, Object> inPlace(Context.Session session, Map<String, Object> arguments, Consumer<Map<String, Object>> show) {
        if (until.isPresent()) {
            Map<String, Object> all = new LinkedHashMap<>(arguments);
            all.put("since", all.remove("at"));
            all.putAll(Map.of("until", until.get(), "force", force, "dryRun", dryRun));
            return session.call(new Request("undo", all), new Receiver(context.output(), show));
        }
        arguments.put("delete", delete);
        arguments.put("dryRun", dryRun);
        if (absent) {
            arguments.put("absent", true);
        }
        return session.call(new Request("restore", arguments), new Receiver(context.output(), show));
    }

    private Map<String, Object> elsewhere(Context.Session session, Map<String, Object> arguments, Consumer<Map<String, Object>> show) {
        try (Backend.Export export = context.backend().exportTo(context.absolute(where.to), delete, dryRun, show)) {
            session.call(new Request("export", arguments), export);
            return export.finish();
        }
    }

    private void show(Map<String, Object> event, Progress progress) {
        Output output = context.output();
        if (output.json()) {
            output.json(event);
            return;
        }
        String type = String.valueOf(event.get("type"));
        String entry = Show.text(String.valueOf(event.get("path")));
        switch (type) {
            case "progress" -> progress.show(event);
            case "skipped", "damaged" -> {
                progress.clear();
                output.warn("warning: " + entry + " " + (event.get("what") == null ? "" : event.get("what") + " ") + type + ": " + event.get("reason"));
            }
            default -> {
                progress.show(tally(event));
                if (context.globals().verbosity() > 0 || dryRun && !type.equals("same") && !type.equals("kept")) {
                    progress.clear();
                    output.line(String.format("%-9s %s", type, entry));
                }
            }
        }
    }

    /** What is done so far, for a sender that does not say. */
    private Map<String, Object> tally(Map<String, Object> event) {
        files++;
        bytes += event.get("bytes") instanceof Number number ? number.longValue() : 0;
        return Map.of("files", files, "bytes", bytes);
    }

    private void report(Map<String, Object> result, Output output) {
        if (output.json()) {
            Map<String, Object> last = new LinkedHashMap<>(Map.of("type", "result"));
            last.putAll(result);
            output.json(last);
        } else {
            output.info((dryRun ? "would be done: " : "done: ") + Counts.text(result));
        }
    }

    /** In place unless a directory is named. */
    private static final class Where {
        @Option(names = "--to", paramLabel = "DIR", description = "Restore into this directory instead of in place.")
        private String to;

        @Option(names = "--in-place", description = "Restore where it was (the default).")
        private boolean inPlace;
    }
}
