package io.amberfs.cli;

import io.amberfs.daemon.Request;
import io.amberfs.daemon.Twin;
import io.amberfs.model.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the drive holds, and what for. */
@Command(name = "stats", description = "Show what the drive holds, what the past takes of it, and what only a snapshot has.", footerHeading = "%nExample:%n",
    footer = "  amberfs stats --json")
final class StatsCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--top", paramLabel = "PATH", arity = "0..1", fallbackValue = "",
        description = "Which names in this directory (without: the drive) the past takes most room for.")
    private String top;

    StatsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (top != null) {
            top();
            return ExitCode.OK.number();
        }
        List<Map<String, Object>> snapshots = new ArrayList<>();
        try (Context.Session session = context.reading(context.store())) {
            Map<String, Object> result = session.call(new Request("stats"), new Receiver(context.output(), snapshots::add));
            if (context.output().json()) {
                Map<String, Object> all = new LinkedHashMap<>(result);
                snapshots.forEach(snapshot -> snapshot.remove("type"));
                all.put("snapshots", snapshots);
                context.output().json(all);
            } else {
                lines(result).forEach(context.output()::line);
                table(snapshots).forEach(context.output()::line);
            }
        }
        return ExitCode.OK.number();
    }

    private void top() {
        List<Map<String, Object>> spent = new ArrayList<>();
        Output output = context.output();
        try (Context.Session session = context.reading(context.store())) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            if (top.isEmpty()) {
                Twin.put(arguments, "path", "");
            } else {
                context.putPath(arguments, session.store(), top);
            }
            session.call(new Request("stats.top", arguments), new Receiver(output, spent::add));
        }
        if (output.json()) {
            spent.forEach(one -> one.remove("type"));
            output.json(spent);
            return;
        }
        Table table = new Table(">PAST", "PATH");
        spent.forEach(one -> table.row(bytes(one, "historyBytes"), one.get("path").equals("") ? "(what had no name)" : Show.text(String.valueOf(one.get("path")))));
        (spent.isEmpty() ? List.of("the past takes no room there") : table.lines()).forEach(output::line);
    }

    private static List<String> lines(Map<String, Object> stats) {
        return List.of(
            line("files", Show.count(Show.number(stats, "files")) + " with " + bytes(stats, "logicalBytes")),
            line("once each", bytes(stats, "distinctBytes") + " (" + times(stats, "dedupRatio") + "); with the past " + bytes(stats, "uniqueBytes")),
            line("on disk", bytes(stats, "storedBytes") + " (" + times(stats, "compressionRatio") + "), and " + bytes(stats, "rowsBytes") + " of names and records"),
            line("past", bytes(stats, "historyBytes") + " of it only for what was before"),
            line("unneeded", bytes(stats, "unneededBytes") + " more, which amberfs reclaim gives back"));
    }

    private List<String> table(List<Map<String, Object>> snapshots) {
        if (snapshots.isEmpty()) {
            return List.of();
        }
        Table table = new Table("SNAPSHOT", "TIME", ">ONLY THERE", ">FREED WITH IT");
        for (Map<String, Object> snapshot : snapshots) {
            table.row(Show.text(String.valueOf(snapshot.get("name"))), Show.time(snapshot.get("time"), context.surroundings().offsets()), bytes(snapshot, "onlyBytes"),
                bytes(snapshot, "freedBytes"));
        }
        return table.lines();
    }

    private static String line(String name, String text) {
        return String.format(Locale.ROOT, "%-10s%s", name, text);
    }

    private static String bytes(Map<String, Object> object, String name) {
        return Show.bytes(Show.number(object, name));
    }

    private static String times(Map<String, Object> object, String name) {
        return String.format(Locale.ROOT, "%.2f times less", object.get(name) instanceof Number number ? number.doubleValue() : 1);
    }
}
