package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The whole drive as it was. */
@Command(name = "rollback", description = "Make the whole drive what it was at a time, as one new change on top: `amberfs undo --last` takes that back.",
    footerHeading = "%nExample:%n", footer = "  amberfs rollback 10min-ago --dry-run")
final class RollbackCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "TIME", description = "A time as in .snapshots/TIME, or the name of a snapshot.")
    private String at;

    @Option(names = {"-n", "--dry-run"}, description = "Only list what would change.")
    private boolean dryRun;

    RollbackCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        return run(context, Map.of("at", at), dryRun);
    }

    /** To the instant of the arguments; without one, to the last commit before the newest. */
    static int run(Context context, Map<String, Object> arguments, boolean dryRun) {
        Output output = context.output();
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        all.put("dryRun", dryRun);
        try (Context.Session session = context.session(context.store())) {
            Map<String, Object> result = session.call(new Request("rollback", all), new Receiver(output, event -> {
                if (output.json()) {
                    output.json(event);
                } else if (dryRun || context.globals().verbosity() > 0) {
                    output.line(DiffLines.line(event));
                }
            }));
            if (output.json()) {
                Map<String, Object> last = new LinkedHashMap<>(Map.of("type", "result"));
                last.putAll(result);
                output.json(last);
            } else {
                output.info(said(context, result, dryRun));
            }
        }
        return ExitCode.OK.number();
    }

    private static String said(Context context, Map<String, Object> result, boolean dryRun) {
        String then = Show.time(result.get("to"), context.surroundings().offsets());
        if (dryRun) {
            return "would be: " + DiffLines.summary(result) + ", to be as at " + then + "; nothing was changed";
        } else if (result.get("commit") == null) {
            return "the drive is what it was at " + then + " already";
        }
        return "the drive is as at " + then + ": " + DiffLines.summary(result);
    }
}
