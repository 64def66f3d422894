package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Named commits. */
@Command(name = "snapshot", description = "Name a moment of the drive, so that it is kept and easily found.",
    synopsisSubcommandLabel = "(create | list | delete | hold | release)", footerHeading = "%nExample:%n", footer = "  amberfs snapshot create before-upgrade")
final class SnapshotCommand implements Callable<Integer> {
    private final Context context;

    SnapshotCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        throw Usage.missing("snapshot", "create, list, delete, hold or release");
    }

    @Command(description = "Make a snapshot of everything as it is now, or was; it survives power loss once this returns.",
        footerHeading = "%nExamples:%n", footer = {"  amberfs snapshot create before-upgrade", "  amberfs snapshot create still-good --at 10min-ago"})
    int create(@Parameters(paramLabel = "[NAME]", arity = "0..1", description = "Its name. Without: the time.") Optional<String> name,
               @Option(names = "--at", paramLabel = "TIME", description = "Of then, as in .snapshots/TIME. Without: of now.") Optional<String> at) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        name.ifPresent(text -> arguments.put("name", text));
        at.ifPresent(text -> arguments.put("at", text));
        Map<String, Object> made = context.call(new Request("snapshot.create", arguments));
        return report(made, "snapshot " + made.get("name") + " made" + (at.isEmpty() ? "" : ", of " + Show.time(made.get("time"), context.surroundings().offsets())));
    }

    @Command(description = "List the snapshots, the oldest first.", footerHeading = "%nExample:%n", footer = "  amberfs snapshot list --json")
    int list() {
        try (Context.Session session = context.reading(context.store())) {
            List<Map<String, Object>> snapshots = Snapshots.of(session);
            if (context.output().json()) {
                context.output().json(snapshots);
            } else {
                lines(snapshots).forEach(context.output()::line);
            }
        }
        return ExitCode.OK.number();
    }

    @Command(description = "Delete a snapshot. What nothing else keeps is freed later.", footerHeading = "%nExample:%n",
        footer = "  amberfs snapshot delete before-upgrade")
    int delete(@Parameters(paramLabel = "NAME", description = "The snapshot.") String name) {
        return report(change("snapshot.delete", name), "snapshot " + name + " deleted");
    }

    @Command(description = {"Keep a snapshot from being deleted, until it is released or its time is over.",
        "With --lock nobody can release it before that, whatever the clock is set to."}, footerHeading = "%nExample:%n",
        footer = "  amberfs snapshot hold books-2026 --until 2037-01-01 --reason 'tax law' --lock")
    int hold(@Parameters(paramLabel = "NAME", description = "The snapshot.") String name,
             @Option(names = "--until", paramLabel = "TIME", description = "When the hold ends. Without: when it is released.") Optional<String> until,
             @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for who wants to delete it.") Optional<String> reason,
             @Option(names = "--lock", description = "It cannot be released before; only made longer.") boolean lock) {
        Map<String, Object> arguments = new LinkedHashMap<>(Map.of("name", name));
        if (lock) {
            arguments.put("lock", true);
        }
        until.ifPresent(text -> arguments.put("until", text));
        reason.ifPresent(text -> arguments.put("reason", text));
        Map<String, Object> held = context.call(new Request("snapshot.hold", arguments));
        return report(held, "snapshot " + name + " held" + (held.get("until") == null ? "" : " until " + Show.time(held.get("until"), context.surroundings().offsets()))
            + (lock ? ", and locked" : ""));
    }

    @Command(description = "Let a held snapshot be deleted again.", footerHeading = "%nExample:%n", footer = "  amberfs snapshot release before-upgrade")
    int release(@Parameters(paramLabel = "NAME", description = "The snapshot.") String name) {
        return report(change("snapshot.release", name), "snapshot " + name + " released");
    }

    private Map<String, Object> change(String command, String name) {
        return context.call(new Request(command, Map.of("name", name)));
    }

    private int report(Map<String, Object> result, String text) {
        if (context.output().json()) {
            context.output().json(result);
        } else {
            context.output().info(Show.text(text));
        }
        return ExitCode.OK.number();
    }

    private List<String> lines(List<Map<String, Object>> snapshots) {
        if (snapshots.isEmpty()) {
            return List.of("no snapshots");
        }
        Table table = new Table("NAME", "TIME", ">EPOCH", "HELD");
        for (Map<String, Object> snapshot : snapshots) {
            table.row(Show.text(String.valueOf(snapshot.get("name"))), Show.time(snapshot.get("time"), context.surroundings().offsets()),
                String.valueOf(snapshot.get("epoch")), held(snapshot));
        }
        return table.lines();
    }

    private String held(Map<String, Object> snapshot) {
        if (!Boolean.TRUE.equals(snapshot.get("held"))) {
            return "";
        }
        String reason = snapshot.get("reason") instanceof String text && !text.isEmpty() ? ": " + Show.text(text) : "";
        String how = Boolean.TRUE.equals(snapshot.get("locked")) ? "locked" : "held";
        return how + (snapshot.get("until") == null ? "" : " until " + Show.time(snapshot.get("until"), context.surroundings().offsets())) + reason;
    }
}
