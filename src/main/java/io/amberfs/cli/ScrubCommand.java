package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads everything, so that what goes bad is noticed in time. */
@Command(name = "scrub", description = {"Read and verify every row and block, going on where the last scrub was stopped. Exit code 13 when damage is found.",
    "With --every the drive does it by itself while it is mounted, in a small part of its time."}, footerHeading = "%nExamples:%n",
    footer = {"  amberfs scrub --rate 50M", "  amberfs scrub --every 30d"})
final class ScrubCommand implements Callable<Integer> {
    private final Context context;
    private long findings;

    @Option(names = "--every", paramLabel = "TIME", description = "Only set how often it is done by itself: a time like 30d or 4w, or 0 for never.")
    private String every;

    @Option(names = "--rate", paramLabel = "SIZE", description = "Read at most so much a second, such as 50M.")
    private String rate;

    ScrubCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Output output = context.output();
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (every != null) {
            arguments.put("every", every);
        }
        if (rate != null) {
            arguments.put("rate", rate);
        }
        try (Context.Session session = context.session(context.store()); Progress progress = context.progress()) {
            Map<String, Object> result = session.call(new Request("scrub", arguments), new Receiver(output, event -> take(event, progress)));
            progress.clear();
            if (output.json()) {
                Map<String, Object> last = new LinkedHashMap<>(Map.of("type", "result"));
                last.putAll(result);
                output.json(last);
            } else if (every != null) {
                output.info(result.get("every") == null ? "no scrub is done by itself" : "a scrub is done by itself every " + result.get("every"));
            } else {
                output.info("read " + Show.bytes(Show.number(result, "bytes")) + (Boolean.TRUE.equals(result.get("ended")) ? "" : "; the next scrub goes on here"));
            }
            long damages = every != null ? 0 : Boolean.TRUE.equals(result.get("ended")) ? Show.number(result, "lastDamages") : Show.number(result, "damages");
            if (damages > 0) {
                output.warn("damage was found in " + Show.count(damages) + (damages == 1 ? " place" : " places")
                    + (findings > 0 ? "" : ": run amberfs check --read-data to see what it hits") + "; copy what matters out of the drive");
                return ExitCode.DAMAGE.number();
            }
        }
        return ExitCode.OK.number();
    }

    private void take(Map<String, Object> event, Progress progress) {
        boolean finding = "finding".equals(event.get("type"));
        findings += finding ? 1 : 0;
        if (context.output().json()) {
            context.output().json(event);
        } else if (finding) {
            progress.clear();
            context.output().line(CheckCommand.line(event));
        } else {
            progress.show(event);
        }
    }
}
