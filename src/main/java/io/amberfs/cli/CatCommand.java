package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** The bytes of a file as it was. */
@Command(name = "cat", description = "Write a file as it was at a time to standard output.", footerHeading = "%nExample:%n",
    footer = "  amberfs cat 2024-06-18T10:10:docs/letter.txt > letter.txt")
final class CatCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "[TIME:]PATH", description = "As for ls.")
    private String what;

    CatCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (context.output().json()) {
            throw new Refusal(ExitCode.USAGE, "the bytes of a file are no JSON: leave out --json");
        }
        try (Context.Session session = context.reading(context.store())) {
            session.call(context.past("cat", what, session), new Receiver(context.output(), event -> { }));
        }
        return ExitCode.OK.number();
    }
}
