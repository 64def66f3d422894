package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** The tree of commands, each made with what it needs. */
final class Commands {
    private Commands() {
    }

    /** Only the commands that occur among the arguments are made, since making one takes milliseconds; without any, for the help, all are. */
    static CommandLine line(Globals globals, Context context, List<String> arguments) {
        CommandLine line = new CommandLine(new Root(globals));
        Map<String, Supplier<Object>> all = all(context);
        boolean every = arguments.contains("completion") || Collections.disjoint(all.keySet(), arguments);
        all.forEach((name, command) -> {
            if (every || arguments.contains(name)) {
                line.addSubcommand(command.get());
            }
        });
        line.getSubcommands().values().forEach(Commands::useSameStyle);
        return useSameStyle(line);
    }

    /** In the order of the help. */
    private static Map<String, Supplier<Object>> all(Context context) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("init", () -> new InitCommand(context));
        all.put("mount", () -> new MountCommand(context));
        all.put("umount", () -> new UmountCommand(context));
        all.put("status", () -> new StatusCommand(context));
        all.put("snapshot", () -> new SnapshotCommand(context));
        all.put("ls", () -> new LsCommand(context));
        all.put("cat", () -> new CatCommand(context));
        all.put("restore", () -> new RestoreCommand(context));
        all.put("log", () -> new LogCommand(context));
        all.put("find", () -> new FindCommand(context));
        all.put("diff", () -> new DiffCommand(context));
        all.put("bisect", () -> new BisectCommand(context));
        all.put("undo", () -> new UndoCommand(context));
        all.put("rollback", () -> new RollbackCommand(context));
        all.put("retention", () -> new RetentionCommand(context));
        all.put("thin", () -> new ThinCommand(context));
        all.put("reclaim", () -> new ReclaimCommand(context));
        all.put("purge", () -> new PurgeCommand(context));
        all.put("stats", () -> new StatsCommand(context));
        all.put("check", () -> new CheckCommand(context));
        all.put("audit", () -> new AuditCommand(context));
        all.put("scrub", () -> new ScrubCommand(context));
        all.put("key", () -> new KeyCommand(context));
        all.put("version", () -> new VersionCommand(context));
        all.put("install", () -> new InstallCommand(context));
        all.put("completion", () -> new CompletionCommand(context));
        all.put("daemon", () -> new DaemonCommand(context));
        all.put("fstab-mount", () -> new FstabCommand(context));
        return all;
    }

    private static CommandLine useSameStyle(CommandLine line) {
        line.setUsageHelpAutoWidth(true);
        line.setUsageHelpLongOptionsMaxWidth(30);
        return line;
    }

    /** The command without a command. */
    @Command(name = "amberfs", mixinStandardHelpOptions = true, versionProvider = VersionCommand.Provider.class, scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND", description = "A drive that remembers: mount it, work in it, step into any past second.",
        footerHeading = "%nExample:%n", footer = {"  amberfs mount ~/drive", "  ls ~/drive/.snapshots/10min-ago"})
    private static final class Root implements Callable<Integer> {
        @Mixin
        private final Globals globals;

        Root(Globals globals) {
            this.globals = globals;
        }

        @Override
        public Integer call() {
            throw new Refusal(ExitCode.USAGE, "no command was given (amberfs --help lists them)");
        }
    }
}
