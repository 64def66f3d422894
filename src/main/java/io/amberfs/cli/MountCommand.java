package io.amberfs.cli;

import io.amberfs.daemon.ControlClient;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Mounts the drive and leaves a daemon behind. */
@Command(name = "mount", description = "Mount the drive on an empty directory and return when it answers. The first time, the default store is made.",
    footerHeading = "%nExample:%n", footer = {"  amberfs mount ~/drive", "  ls ~/drive/.snapshots/10min-ago"})
final class MountCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "DIR", description = "An empty directory.")
    private String directory;

    @Option(names = {"-f", "--foreground"}, description = "Stay; the drive is unmounted by Ctrl-C or amberfs umount.")
    private boolean foreground;

    @Mixin
    private MountOptions options;

    MountCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        options.check();
        StoreLocation location = context.newStore();
        Path store = location.path();
        Path typed = context.absolute(directory);
        DeadMount.clear(typed, store, context.surroundings().mounts());
        Path mount = MountTarget.check(typed, store, context.surroundings().mounts());
        context.surroundings().fuse().check(options.allowOther(), isSuperuser());
        refuseOwned(store);
        Secret secret = secret(location);
        if (foreground) {
            Logging.configureDaemon(context.globals().verbosity());
            return context.backend().runDaemon(options.options(store, mount, secret, true), () -> report(store, mount, ProcessHandle.current().pid()));
        }
        long pid = DaemonProcess.start(options.options(store, mount, secret, false), options.arguments(), context.globals().verbosity());
        report(store, mount, pid);
        return ExitCode.OK.number();
    }

    /** A store that is not there is made only where nobody could have meant another. */
    private Secret secret(StoreLocation location) {
        Path store = location.path();
        if (context.backend().isStore(store)) {
            return context.secretOf(store);
        }
        if (!location.isDefault()) {
            throw new Refusal(ExitCode.NO_STORE, "there is no store at " + store + ": make one with amberfs -s " + store + " init");
        }
        Secret chosen = context.secrets().forNewStore(store);
        Backend.NewStore made = InitCommand.make(context, store, chosen);
        return made.keyFile().<Secret>map(Secret.KeyFile::new).orElse(chosen);
    }

    private static void refuseOwned(Path store) {
        ControlClient.connect(store).ifPresent(client -> {
            try (client) {
                Map<String, Object> status = client.call(new Request("status"), Reply.none());
                List<?> mounts = status.get("mounts") instanceof List<?> list ? list : List.of();
                String where = mounts.isEmpty() ? "in use by process " + status.get("pid") : "mounted at " + mounts.get(0);
                throw new Refusal(ExitCode.IN_USE, "the store " + store + " is already " + where
                    + (mounts.isEmpty() ? "" : ": run amberfs umount " + mounts.get(0) + " first, or work there"));
            }
        });
    }

    private void report(Path store, Path mount, long pid) {
        Path past = mount.resolve(".snapshots");
        Output output = context.output();
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("mount", mount.toString());
            result.put("store", store.toString());
            result.put("past", past.toString());
            result.put("pid", pid);
            output.json(result);
        } else {
            output.info("drive  " + Show.text(mount.toString()));
            output.info("store  " + Show.text(store.toString()));
            output.info("past   " + Show.text(past.toString()) + "  (as in: ls " + Show.text(past.toString()) + "/10min-ago)");
        }
        output.flush();
    }

    private static boolean isSuperuser() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self: is /proc mounted?", e);
        }
    }
}
