package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives back the room of what no moment has any more. */
@Command(name = "reclaim", description = "Give back the room of what no moment has any more: of what was deleted and then thinned.",
    footerHeading = "%nExample:%n", footer = "  amberfs reclaim --dry-run")
final class ReclaimCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = {"-n", "--dry-run"}, description = "Only say how much would come back.")
    private boolean dryRun;

    ReclaimCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (Context.Session session = context.session(context.store())) {
            Map<String, Object> result = session.call(new Request("reclaim", Map.of("dryRun", dryRun)), new Receiver(context.output(), event -> { }));
            if (context.output().json()) {
                context.output().json(result);
            } else {
                context.output().info(Show.count(Show.number(result, "blocks")) + " blocks" + (dryRun ? ", about " : ", ") + Show.bytes(Show.number(result, "bytes"))
                    + (dryRun ? ", would come back; nothing was changed" : " came back"));
            }
        }
        return ExitCode.OK.number();
    }
}
