package io.amberfs.cli;

import io.amberfs.daemon.Failure;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The command {@code amberfs}.
 *
 * <ul><li>Every failure is one line on standard error and an exit code of {@link ExitCode}; a stack trace only with -vv.</li></ul>
 */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        PrintStream notes = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Output output = new Output(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), notes);
        System.exit(run(args, Surroundings.ofProcess(), output, backend()));
    }

    /** The one place where the commands meet the store. */
    static Backend backend() {
        return new StoreBackend();
    }

    /** @return the exit code */
    static int run(String[] decoded, Surroundings surroundings, Output output, Backend backend) {
        Globals globals = new Globals();
        String[] args;
        try {
            args = RawArguments.of(decoded);
        } catch (Refusal e) {
            return failed(e, globals, output);
        }
        CommandLine line = Commands.line(globals, new Context(globals, surroundings, output, backend), List.of(args));
        line.setOut(new PrintWriter(new OutputWriter(output), true));
        line.setErr(new PrintWriter(output.notes(), true));
        line.setExecutionStrategy(parsed -> {
            output.configure(globals.json(), globals.quiet());
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setParameterExceptionHandler((e, arguments) -> usage(e, output));
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, globals, output));
        int exit = line.execute(args);
        try {
            output.flush();
        } catch (RuntimeException e) {
            return exit == 0 ? failed(e, globals, output) : exit;
        }
        return exit;
    }

    private static int usage(ParameterException e, Output output) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption() && !e.getCommandLine().getSubcommands().isEmpty()) {
            List<String> likely = unmatched.getSuggestions();
            message = "there is no command '" + unmatched.getUnmatched().get(0) + "'" + (likely.isEmpty() ? "" : ", did you mean '" + likely.get(0) + "'?");
        }
        output.warn(message + " (" + command + " --help tells how)");
        return ExitCode.USAGE.number();
    }

    private static int failed(Exception e, Globals globals, Output output) {
        Failure failure = Failure.of(e);
        output.warn(failure.message());
        if (globals.verbosity() > 1) {
            e.printStackTrace(output.notes());
        }
        return failure.code().number();
    }
}
