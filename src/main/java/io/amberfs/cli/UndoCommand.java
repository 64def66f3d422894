package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back what was done last. */
@Command(name = "undo", description = "Take back what was done since a time, or with the last commit, as one new change on top, which can be undone, too.",
    footerHeading = "%nExamples:%n", footer = {"  amberfs undo --last", "  amberfs undo --since 10min-ago docs --dry-run", "  amberfs undo --since yesterday --until 10min-ago"})
final class UndoCommand implements Callable<Integer> {
    private final Context context;

    @ArgGroup(multiplicity = "1")
    private What what;

    @Parameters(arity = "0..1", paramLabel = "PATH", description = "Only what is there, or below; with --since.")
    private String path;

    @Option(names = "--until", paramLabel = "TIME", description = "Leave what was done after that.")
    private String until;

    @Option(names = "--force", description = "With --until: also where it was changed again after that, which goes, too.")
    private boolean force;

    @Option(names = {"-n", "--dry-run"}, description = "Only list what would change.")
    private boolean dryRun;

    UndoCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (until != null) {
            if (what.last) {
                throw new Refusal(ExitCode.USAGE, "--until goes with --since: --last takes back the whole last commit (amberfs undo --help)");
            }
            return new RestoreCommand(context, path, what.since, until, force, dryRun).call();
        } else if (force) {
            throw new Refusal(ExitCode.USAGE, "--force goes with --until: without, all that was done since goes anyway (amberfs undo --help)");
        } else if (path == null) {
            return RollbackCommand.run(context, what.last ? Map.of() : Map.of("at", what.since), dryRun);
        } else if (what.last) {
            throw new Refusal(ExitCode.USAGE, "--last takes back the whole commit: for a PATH, say since when (amberfs undo --help)");
        }
        return new RestoreCommand(context, path, what.since, dryRun).call();
    }

    /** One of both. */
    private static final class What {
        @Option(names = "--since", paramLabel = "TIME", description = "What was done since then: a time as in .snapshots/TIME, or the name of a snapshot.")
        private String since;

        @Option(names = "--last", description = "The last commit: about a second of changes.")
        private boolean last;
    }
}
