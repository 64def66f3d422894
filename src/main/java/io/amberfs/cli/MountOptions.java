package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How to mount, as typed; the same for {@code mount} and for the daemon that it starts. Filled by picocli; confined to one thread. */
final class MountOptions {
    private static final String KERNEL = "kernel";
    private static final List<String> TRANSPORTS = List.of(KERNEL, "jnr-fuse");

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

    @Option(names = "--at", paramLabel = "TIME", description = "Mount the drive as it was then, read-only. A time as in .snapshots/TIME, or the name of a snapshot.")
    private String at;

    @Option(names = "--transport", paramLabel = "kernel|jnr-fuse", defaultValue = KERNEL,
        description = "How the kernel is reached: by its own protocol, or through libfuse 2.9. Default: ${DEFAULT-VALUE}.")
    private String transport;

    @Option(names = "-o", paramLabel = "OPTION[,OPTION]", description = {"As mount(8) and /etc/fstab write it: " + FstabOptions.USAGE
        + ". uid and gid say whom the root directory of a new store belongs to. What is named here counts over the options above."})
    private List<String> others = List.of();

    /** @throws Refusal USAGE for what cannot be */
    MountSettings settings() {
        return settings(fstab());
    }

    FstabOptions fstab() {
        return FstabOptions.parse(others, false);
    }

    /** The options of /etc/fstab alone. */
    static MountSettings of(FstabOptions fstab) {
        MountOptions options = new MountOptions();
        options.snapdir = "hidden";
        options.commitInterval = "1s";
        options.transport = KERNEL;
        return options.settings(fstab);
    }

    /** What is past cannot change: it is read-only also where mount(8), which always says one of both, says rw. */
    private MountSettings settings(FstabOptions fstab) {
        Optional<String> time = fstab.value("at").or(() -> Optional.ofNullable(at));
        return new MountSettings(allowOther || fstab.allowOther(), isVisible(fstab.value("snapdir").orElse(snapdir)),
            Usage.duration("--commit-interval", fstab.commitInterval().orElse(commitInterval)), acceptLoss,
            readOnly || fstab.readOnly().orElse(false) || time.isPresent(), transport(fstab.value("transport").orElse(transport)), fstab.flags(), fstab.owner(), time);
    }

    private static String transport(String typed) {
        if (!TRANSPORTS.contains(typed)) {
            throw new Refusal(ExitCode.USAGE, "--transport takes kernel or jnr-fuse, not '" + typed + "'");
        }
        return typed;
    }

    private static boolean isVisible(String snapdir) {
        return switch (snapdir) {
            case "visible" -> true;
            case "hidden" -> false;
            default -> throw new Refusal(ExitCode.USAGE, "--snapdir takes visible or hidden, not '" + snapdir + "'");
        };
    }
}
