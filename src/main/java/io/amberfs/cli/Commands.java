package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** The tree of commands, each made with what it needs. */
final class Commands {
    private Commands() {
    }

    static CommandLine line(Globals globals, Context context) {
        CommandLine line = new CommandLine(new Root(globals));
        line.addSubcommand(new InitCommand(context));
        line.addSubcommand(new MountCommand(context));
        line.addSubcommand(new UmountCommand(context));
        line.addSubcommand(new StatusCommand(context));
        line.addSubcommand(new SnapshotCommand(context));
        line.addSubcommand(new LsCommand(context));
        line.addSubcommand(new CatCommand(context));
        line.addSubcommand(new RestoreCommand(context));
        line.addSubcommand(new CheckCommand(context));
        line.addSubcommand(new KeyCommand(context));
        line.addSubcommand(new VersionCommand(context));
        line.addSubcommand(new CompletionCommand(context));
        line.addSubcommand(new DaemonCommand(context));
        line.getSubcommands().values().forEach(Commands::useSameStyle);
        return useSameStyle(line);
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
