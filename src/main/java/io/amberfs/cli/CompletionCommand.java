package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** Completion for shells. */
@Command(name = "completion", description = "Write a completion script for bash (and zsh) to standard output.", footerHeading = "%nExample:%n",
    footer = "  source <(amberfs completion)")
final class CompletionCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    private CommandSpec spec;

    CompletionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        context.output().write(AutoComplete.bash("amberfs", spec.root().commandLine()).getBytes(StandardCharsets.UTF_8));
        return ExitCode.OK.number();
    }
}
