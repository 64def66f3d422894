package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** A read-only verdict on the store. */
@Command(name = "check", description = "Check the store without changing it. Exit code 13 when damage is found.", footerHeading = "%nExample:%n",
    footer = "  amberfs check --read-data")
final class CheckCommand implements Callable<Integer> {
    private final Context context;
    private long findings;

    @Option(names = "--read-data", description = "Also read and verify every block.")
    private boolean readData;

    @Option(names = "--read-data-subset", paramLabel = "SHARE", description = "Only some of the blocks: 5%%, others each time; or 2/7, the second of seven parts.")
    private String subset;

    @Option(names = "--history", description = "Also follow the chain of all commits: what each changed, and that this store signed it.")
    private boolean history;

    CheckCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Output output = context.output();
        try (Context.Session session = context.reading(context.store()); Progress progress = context.progress()) {
            Map<String, Object> arguments = new LinkedHashMap<>(Map.of("readData", readData, "history", history));
            if (subset != null) {
                arguments.put("subset", subset);
            }
            Map<String, Object> result = session.call(new Request("check", arguments),
                new Receiver(output, event -> take(event, progress)));
            progress.clear();
            if (output.json()) {
                Map<String, Object> last = new LinkedHashMap<>(Map.of("type", "result"));
                last.putAll(result);
                output.json(last);
            } else {
                Map<String, Object> counts = new LinkedHashMap<>(result);
                counts.remove("epoch");
                output.info("checked: " + Counts.text(counts) + (findings == 0 ? "; no damage" : ""));
            }
            if (result.get("findings") instanceof Number number && number.longValue() > findings) {
                findings = number.longValue();
            }
        }
        if (findings > 0) {
            output.warn("damage was found: " + Show.count(findings) + " finding" + (findings == 1 ? "" : "s") + "; copy what matters out of the drive");
        }
        return (findings == 0 ? ExitCode.OK : ExitCode.DAMAGE).number();
    }

    private void take(Map<String, Object> event, Progress progress) {
        boolean finding = "finding".equals(event.get("type"));
        findings += finding ? 1 : 0;
        if (context.output().json()) {
            context.output().json(event);
        } else if (finding) {
            progress.clear();
            context.output().line(line(event));
        } else {
            progress.show(event);
        }
    }

    /** As in {@code damaged-block docs/a.txt: block 7 …}. */
    static String line(Map<String, Object> event) {
        StringBuilder line = new StringBuilder(String.valueOf(event.getOrDefault("kind", "damage")));
        if (event.get("path") != null) {
            line.append(' ').append(event.get("path"));
        }
        if (event.get("message") != null) {
            line.append(": ").append(event.get("message"));
        }
        return Show.text(line.toString());
    }
}
