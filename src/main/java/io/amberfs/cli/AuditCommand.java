package io.amberfs.cli;

import io.amberfs.daemon.AuditFile;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The history of the drive as something that others can check. */
@Command(name = "audit", description = "Write the chain of all commits to a file, which shows to others that none was changed later; and check such a file.",
    synopsisSubcommandLabel = "(export | verify)", footerHeading = "%nExample:%n", footer = "  amberfs audit export history.audit")
final class AuditCommand implements Callable<Integer> {
    private final Context context;

    AuditCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        throw Usage.missing("audit", "export or verify");
    }

    @Command(description = {"Write the chain of all commits, those that were let go, too: no names, no contents, no keys but the public one.",
        "Give it to whom you want to be able to tell later that nothing before was changed."}, footerHeading = "%nExample:%n", footer = "  amberfs audit export history.audit")
    int export(@Parameters(paramLabel = "FILE", description = "To be made; - is standard output.") String file) {
        boolean piped = file.equals("-");
        if (piped && context.output().json()) {
            throw new Refusal(ExitCode.USAGE, "an audit file is no JSON: name a file, or leave out --json");
        }
        Map<String, Object> result = piped ? written(context.output()::write) : writtenTo(context.absolute(file));
        if (result.get("unreadable") instanceof Number unreadable && unreadable.longValue() > 0) {
            throw new Refusal(ExitCode.DAMAGE, "the audit file is written, but " + unreadable + " records of commits cannot be read: amberfs check --history says which");
        } else if (context.output().json()) {
            context.output().json(result);
        } else if (!piped) {
            context.output().info(Show.count(Show.number(result, "commits")) + " commits, signed by " + result.get("publicKey"));
        }
        return ExitCode.OK.number();
    }

    private Map<String, Object> written(Sink sink) {
        try (Context.Session session = context.reading(context.store())) {
            return session.call(new Request("audit"), new Reply() {
                @Override
                public void event(Map<String, Object> event) {
                    throw new IllegalStateException("an audit has no events");
                }

                @Override
                public void bytes(byte[] buffer, int offset, int length) {
                    sink.bytes(buffer, offset, length);
                }

                @Override
                public boolean cancelled() {
                    return false;
                }
            });
        }
    }

    private interface Sink {
        void bytes(byte[] buffer, int offset, int length);
    }

    /** On disk when it returns; nothing is left where it fails. */
    private Map<String, Object> writtenTo(Path file) {
        Function<IOException, Refusal> failed = e -> new Refusal(ExitCode.ERROR, "cannot write " + file + ": " + Reasons.of(e), e);
        boolean isWhole = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            try {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                Map<String, Object> result = written((buffer, offset, length) -> {
                    try {
                        out.write(buffer, offset, length);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                out.flush();
                channel.force(true);
                isWhole = true;
                return result;
            } finally {
                if (!isWhole) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(ExitCode.USAGE, file + " is there already: an audit file is kept, and the next one gets another name", e);
        } catch (UncheckedIOException e) {
            throw failed.apply(e.getCause());
        } catch (IOException e) {
            throw failed.apply(e);
        }
    }

    @Command(description = {"Check that a file of amberfs audit export is one chain from the first commit to the last, signed by one key. Needs no store.",
        "Exit code 13 when it is not."}, footerHeading = "%nExample:%n", footer = "  amberfs audit verify history.audit --since last-year.audit")
    int verify(@Parameters(paramLabel = "FILE", description = "As it was given to you.") String file,
               @Option(names = "--key", paramLabel = "KEY", description = "The public key that must have signed it.") Optional<String> key,
               @Option(names = "--since", paramLabel = "FILE", description = "An older one of the same drive, which it must go on from.") Optional<String> since) {
        long[] breaks = new long[1];
        Map<String, Object> result = AuditFile.check(context.absolute(file), since.map(context::absolute), key, new Receiver(context.output(), event -> {
            breaks[0]++;
            if (context.output().json()) {
                context.output().json(event);
            } else {
                context.output().line("commit " + event.get("epoch") + " of " + Show.time(event.get("time"), context.surroundings().offsets()) + ": " + event.get("message"));
            }
        }));
        boolean holds = Show.number(result, "breaks") == 0;
        if (context.output().json()) {
            Map<String, Object> last = new LinkedHashMap<>(Map.of("type", "result"));
            last.putAll(result);
            context.output().json(last);
        } else if (holds) {
            context.output().info(result.get("first") == null ? "no commit yet, key " + result.get("publicKey")
                : Show.count(Show.number(result, "commits")) + " commits from " + Show.time(result.get("first"), context.surroundings().offsets()) + " to "
                    + Show.time(result.get("last"), context.surroundings().offsets()) + " are one chain, signed by " + result.get("publicKey"));
        }
        if (!holds) {
            context.output().warn("the chain is broken at " + Show.count(Show.number(result, "breaks")) + " place" + (Show.number(result, "breaks") == 1 ? "" : "s"));
        }
        return (holds ? ExitCode.OK : ExitCode.DAMAGE).number();
    }
}
