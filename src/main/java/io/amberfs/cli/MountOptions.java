package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How to mount, as typed; the same for {@code mount} and for the daemon that it starts. Filled by picocli; confined to one thread. */
final class MountOptions {
    @Option(names = "--allow-other", description = "Let other users in, as modes and owners permit.")
    private boolean allowOther;

    @Option(names = "--snapdir", paramLabel = "visible|hidden", defaultValue = "hidden",
        description = "Whether .snapshots is listed in the root. It can be entered in every directory either way.")
    private String snapdir;

    @Option(names = "--commit-interval", paramLabel = "TIME", defaultValue = "1s",
        description = "While something changes, a step of history this often (like 500ms, 1s, 5m). Default: ${DEFAULT-VALUE}.")
    private String commitInterval;

    @Option(names = "--accept-loss", description = "Mount although damage has cost the newest commits; check names what.")
    private boolean acceptLoss;

    @Option(names = "--read-only", description = "Change nothing, neither in the drive nor in the store.")
    private boolean readOnly;

    /** Checks what was typed. */
    DaemonOptions options(Path store, Path mount, Secret secret, boolean foreground) {
        return new DaemonOptions(store, mount, secret, allowOther, isVisible(), interval(), acceptLoss, readOnly, foreground);
    }

    boolean allowOther() {
        return allowOther;
    }

    /** Refuses early what {@link #options} would. */
    void check() {
        isVisible();
        interval();
    }

    /** The same options as arguments. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--snapdir", snapdir, "--commit-interval", commitInterval));
        if (allowOther) {
            arguments.add("--allow-other");
        }
        if (acceptLoss) {
            arguments.add("--accept-loss");
        }
        if (readOnly) {
            arguments.add("--read-only");
        }
        return arguments;
    }

    private Duration interval() {
        return Usage.duration("--commit-interval", commitInterval);
    }

    private boolean isVisible() {
        return switch (snapdir) {
            case "visible" -> true;
            case "hidden" -> false;
            default -> throw new Refusal(ExitCode.USAGE, "--snapdir takes visible or hidden, not '" + snapdir + "'");
        };
    }
}
