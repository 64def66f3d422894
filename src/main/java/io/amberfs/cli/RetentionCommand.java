package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which commits are kept. */
@Command(name = "retention", description = "Show or set which moments of the past are kept. Snapshots stay until they are deleted, whatever the rule.",
    synopsisSubcommandLabel = "(show | set)", footerHeading = "%nExample:%n", footer = "  amberfs retention set --keep-daily 1y")
final class RetentionCommand implements Callable<Integer> {
    private static final List<String> TITLES = List.of("every commit", "one a minute", "one an hour", "one a day", "one a week");

    private final Context context;

    RetentionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        throw Usage.missing("retention", "show or set");
    }

    @Command(description = "Show the rule.", footerHeading = "%nExample:%n", footer = "  amberfs retention show")
    int show() {
        try (Context.Session session = context.reading(context.store())) {
            Map<String, Object> rule = session.call(new Request("retention.show"), new Receiver(context.output(), event -> { }));
            if (context.output().json()) {
                context.output().json(rule);
            } else {
                lines(rule).forEach(context.output()::line);
            }
        }
        return ExitCode.OK.number();
    }

    @Command(description = {"Set the rule; what is not given stays as it is.",
        "Times are like 30m, 24h, 7d, 2w, 1y, forever, or 0 for none; room is like 50%% of the file system, 200G, or none.",
        "Where room is short the oldest moments go first, but never those of the last hour, and never snapshots.",
        "What it does not keep goes with the next amberfs thin, for good; --dry-run tells how much that is."}, footerHeading = "%nExample:%n",
        footer = "  amberfs retention set --keep-hourly 14d --dry-run")
    int set(@Option(names = "--keep-all", paramLabel = "TIME", description = "How long every commit is kept.") Optional<String> all,
            @Option(names = "--keep-minutely", paramLabel = "TIME", description = "How long one a minute is kept.") Optional<String> minutely,
            @Option(names = "--keep-hourly", paramLabel = "TIME", description = "How long one an hour is kept.") Optional<String> hourly,
            @Option(names = "--keep-daily", paramLabel = "TIME", description = "How long one a day is kept.") Optional<String> daily,
            @Option(names = "--keep-weekly", paramLabel = "TIME", description = "How long one a week is kept.") Optional<String> weekly,
            @Option(names = "--max-history", paramLabel = "ROOM", description = "What the past may take on disk, besides what the present has too.") Optional<String> maxHistory,
            @Option(names = "--min-free", paramLabel = "ROOM", description = "What is to stay free on the disk.") Optional<String> minFree,
            @Option(names = {"-n", "--dry-run"}, description = "Only say what would go.") boolean dryRun) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("dryRun", dryRun);
        all.ifPresent(text -> arguments.put("keep-all", text));
        minutely.ifPresent(text -> arguments.put("keep-minutely", text));
        hourly.ifPresent(text -> arguments.put("keep-hourly", text));
        daily.ifPresent(text -> arguments.put("keep-daily", text));
        weekly.ifPresent(text -> arguments.put("keep-weekly", text));
        maxHistory.ifPresent(text -> arguments.put("max-history", text));
        minFree.ifPresent(text -> arguments.put("min-free", text));
        if (arguments.size() == 1) {
            throw Usage.missing("retention set", "--keep-all, --keep-minutely, --keep-hourly, --keep-daily, --keep-weekly, --max-history and --min-free");
        }
        try (Context.Session session = context.session(context.store())) {
            Map<String, Object> result = session.call(new Request("retention.set", arguments),
                new Receiver(context.output(), event -> ThinCommand.tell(context, event)));
            if (context.output().json()) {
                context.output().json(result);
            } else {
                lines(result).forEach(context.output()::line);
                context.output().info(ThinCommand.text(result.get("commits"),
                    (dryRun ? "would go by this rule" : "go with the next amberfs thin") + ThinCommand.back(result) + (dryRun ? "; nothing was changed" : "")));
                ThinCommand.lacking(context, result);
            }
        }
        return ExitCode.OK.number();
    }

    private static List<String> lines(Map<String, Object> rule) {
        List<String> options = List.of("keep-all", "keep-minutely", "keep-hourly", "keep-daily", "keep-weekly");
        Table table = new Table("KEEP", "FOR", "OPTION");
        for (int i = 0; i < options.size(); i++) {
            String value = String.valueOf(rule.get(options.get(i)));
            table.row(TITLES.get(i), value.equals("0") ? "-" : value, "--" + options.get(i));
        }
        table.row("at most on disk", String.valueOf(rule.get("max-history")), "--max-history");
        table.row("free on the disk", String.valueOf(rule.get("min-free")), "--min-free");
        return table.lines();
    }
}
