package io.amberfs.cli;

import io.amberfs.daemon.Failure;
import io.amberfs.daemon.Json;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The process that {@code mount} leaves behind.
 *
 * <ul>
 *   <li>The secret comes through standard input.</li>
 *   <li>Standard output carries one JSON line, {@code {"ready":true}} or {@code {"code":…,"message":…}}, and is then closed.</li>
 *   <li>Standard error is the log.</li>
 * </ul>
 */
@Command(name = "daemon", hidden = true, description = "Serve a drive; started by mount.", footer = "")
final class DaemonCommand implements Callable<Integer> {
    private final Context context;
    private final AtomicBoolean told = new AtomicBoolean();

    @Option(names = "--mount", required = true)
    private String mount;

    @Mixin
    private MountOptions options;

    DaemonCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Logging.configureDaemon(context.globals().verbosity());
        try {
            Path store = context.newStore().path();
            Secret secret = SecretPipe.read(context.surroundings().input());
            return context.backend().runDaemon(new DaemonOptions(store, Path.of(mount), secret, options.settings(), false), () -> tell(Map.of("ready", true)));
        } catch (IOException e) {
            return failed(new Refusal(ExitCode.ERROR, "the secret did not arrive: " + Reasons.of(e), e));
        } catch (RuntimeException | Error e) {
            return failed(e);
        }
    }

    private int failed(Throwable thrown) {
        Failure failure = Failure.of(thrown);
        LoggerFactory.getLogger(DaemonCommand.class).error("the drive at {} ended: {}", mount, failure.message(), Failure.isForeseen(thrown) ? null : thrown);
        tell(Map.of("code", failure.code().number(), "message", failure.message()));
        return failure.code().number();
    }

    /** The first word is the only one. */
    private void tell(Map<String, Object> word) {
        if (!told.compareAndSet(false, true)) {
            return;
        }
        context.output().write((Json.text(word) + "\n").getBytes(StandardCharsets.UTF_8));
        context.output().end();
    }
}
