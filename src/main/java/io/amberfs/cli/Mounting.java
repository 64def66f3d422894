package io.amberfs.cli;

import io.amberfs.daemon.ControlClient;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One mount of a drive, for whoever asks for it.
 *
 * <ul><li>All that can be refused is refused before a secret is asked for.</li></ul>
 * Confined to one thread.
 */
final class Mounting {
    private final Context context;
    private final MountSettings settings;
    private final SecretOptions secrets;

    Mounting(Context context, MountSettings settings, SecretOptions secrets) {
        this.context = context;
        this.settings = settings;
        this.secrets = secrets;
    }

    /** @param typed absolute @return the exit code, once the drive answers; in the foreground, once it is unmounted */
    int run(StoreLocation location, Path typed, boolean foreground) {
        Path store = location.path();
        Path mount = check(store, typed);
        refuseOwned(store);
        Secret secret = secret(location);
        if (foreground) {
            Logging.configureDaemon(context.globals().verbosity());
            return context.backend().runDaemon(new DaemonOptions(store, mount, secret, settings, true), () -> report(store, mount, ProcessHandle.current().pid()));
        }
        report(store, mount, DaemonProcess.start(new DaemonOptions(store, mount, secret, settings, false), context.globals().verbosity()));
        return ExitCode.OK.number();
    }

    /** @return the real path of the directory */
    Path check(Path store, Path typed) {
        DeadMount.clear(typed, store, context.surroundings().mounts());
        Path mount = MountTarget.check(typed, store, context.surroundings().mounts());
        boolean superuser = isSuperuser();
        context.surroundings().fuse().check(settings.transport().equals("jnr-fuse"), settings.allowOther(), superuser);
        if (!superuser && (settings.flags().contains("dev") || settings.flags().contains("suid"))) {
            throw new Refusal(ExitCode.USAGE, "the mount options dev and suid need root: leave them out");
        }
        return mount;
    }

    /** A store that is not there is made only where nobody could have meant another. */
    private Secret secret(StoreLocation location) {
        Path store = location.path();
        if (context.backend().isStore(store)) {
            return context.secretOf(store, secrets);
        }
        if (!location.isDefault()) {
            throw new Refusal(ExitCode.NO_STORE, "there is no store at " + store + ": make one with amberfs -s " + store + " init");
        }
        Secret chosen = context.secrets(secrets).forNewStore(store);
        Backend.NewStore made = InitCommand.make(context, store, chosen, settings.owner());
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

    static boolean isSuperuser() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self: is /proc mounted?", e);
        }
    }
}
