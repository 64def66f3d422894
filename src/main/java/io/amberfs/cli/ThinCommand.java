package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets go what the retention rule does not keep. */
@Command(name = "thin", description = "Let go of the moments that the retention rule does not keep, for good.",
    footerHeading = "%nExample:%n", footer = "  amberfs thin --dry-run")
final class ThinCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = {"-n", "--dry-run"}, description = "Only say what would go.")
    private boolean dryRun;

    ThinCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (Context.Session session = context.session(context.store())) {
            Map<String, Object> result = session.call(new Request("thin", Map.of("dryRun", dryRun)), new Receiver(context.output(), event -> tell(context, event)));
            if (context.output().json()) {
                context.output().json(result);
            } else {
                context.output().info(text(result.get("commits"), dryRun ? "would go" + back(result) + "; nothing was changed" : "are gone"));
                lacking(context, result);
            }
        }
        return ExitCode.OK.number();
    }

    /** A stretch of commits that goes. */
    static void tell(Context context, Map<String, Object> event) {
        if (context.output().json()) {
            context.output().json(event);
        } else {
            context.output().line(Show.time(event.get("first"), context.surroundings().offsets()) + " to " + Show.time(event.get("last"), context.surroundings().offsets())
                + ": " + text(event.get("commits"), "room".equals(event.get("why")) ? "go to make room" : "not kept by the rule"));
        }
    }

    /** What comes back. */
    static String back(Map<String, Object> result) {
        return result.get("bytes") instanceof Number bytes ? ", and about " + Show.bytes(bytes.longValue()) + " come back with the next reclaim" : "";
    }

    static void lacking(Context context, Map<String, Object> result) {
        if (result.get("lackingBytes") instanceof Number bytes && bytes.longValue() > 0) {
            context.output().info("the rule wants " + Show.bytes(bytes.longValue()) + " more room than can be had: the rest is of snapshots, the last hour, or what is open");
        }
    }

    static String text(Object commits, String what) {
        long count = commits instanceof Number number ? number.longValue() : 0;
        return Show.count(count) + (count == 1 ? " commit " : " commits ") + what;
    }
}
