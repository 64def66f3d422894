package io.amberfs.cli;

import io.amberfs.daemon.ControlClient;
import io.amberfs.daemon.Reply;
import io.amberfs.daemon.Request;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Ends a drive. */
@Command(name = "umount", description = "Write everything out, unmount the drive and end its daemon.", footerHeading = "%nExample:%n",
    footer = "  amberfs umount ~/drive")
final class UmountCommand implements Callable<Integer> {
    private static final long END_SECONDS_MAX = 30;
    private static final long POLL_MILLIS = 20;

    private final Context context;

    @Parameters(paramLabel = "DIR", description = "Where the drive is mounted.")
    private String directory;

    UmountCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        MountPoint mount = find(context.absolute(directory));
        Path store = mount.store().orElseThrow(() -> new Refusal(ExitCode.ERROR,
            mount.path() + " is not a drive of amberfs but a " + mount.type() + " filesystem: use umount " + mount.path()));
        Optional<ControlClient> daemon = ControlClient.connect(store);
        if (daemon.isPresent()) {
            try (ControlClient client = daemon.get()) {
                leave(client, mount.path());
            }
            report(mount.path(), store, "; everything is in " + store);
        } else {
            detach(mount.path(), store);
            report(mount.path(), store, ", whose daemon had died; the next mount of " + store + " goes on from what was on disk");
        }
        return ExitCode.OK.number();
    }

    /** A mountpoint is found by its text, since a dead one cannot be looked at; any other way to write it through its real path. */
    private MountPoint find(Path typed) {
        List<MountPoint> mounts = context.surroundings().mounts();
        return MountPoint.at(typed, mounts).or(() -> real(typed).flatMap(path -> MountPoint.at(path, mounts)))
            .orElseThrow(() -> new Refusal(ExitCode.ERROR, "nothing is mounted at " + typed + ": amberfs status names the drive"));
    }

    private static Optional<Path> real(Path typed) {
        try {
            return Optional.of(typed.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void leave(ControlClient client, Path mount) {
        List<Holders.Holder> holders = Holders.of(mount, Path.of("/proc"), ProcessHandle.current().pid());
        if (!holders.isEmpty()) {
            String who = holders.stream().limit(10).map(Object::toString).collect(Collectors.joining(", "));
            throw new Refusal(ExitCode.ERROR, mount + " is in use by " + who + (holders.size() > 10 ? " and " + (holders.size() - 10) + " more" : "")
                + ": let them leave it, then try again");
        }
        Map<String, Object> status = client.call(new Request("status"), Reply.none());
        boolean last = status.get("mounts") instanceof List<?> mounts && mounts.size() <= 1;
        client.call(new Request("unmount", Map.of("mount", mount.toString())), Reply.none());
        awaitEnd(mount, last && status.get("pid") instanceof Number pid ? Optional.of(pid.longValue()) : Optional.empty());
    }

    private void awaitEnd(Path mount, Optional<Long> process) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS_MAX);
        while (isMounted(mount) || process.filter(pid -> !ProcessEnd.of(pid)).isPresent()) {
            if (System.nanoTime() - deadline > 0) {
                throw new Refusal(ExitCode.ERROR, "the daemon of " + mount + process.map(pid -> " (process " + pid + ")").orElse("")
                    + " has not ended within " + END_SECONDS_MAX + " s; it may still be writing: try again later");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal(ExitCode.INTERRUPTED, "interrupted; the daemon of " + mount + " goes on unmounting", e);
            }
        }
    }

    private boolean isMounted(Path mount) {
        return MountPoint.at(mount, context.surroundings().mounts()).filter(found -> found.store().isPresent()).isPresent();
    }

    /** Nobody serves the mount any more: there is nothing to flush. */
    private void detach(Path mount, Path store) {
        if (!MountTarget.isDead(mount)) {
            throw new Refusal(ExitCode.ERROR, "the daemon of " + store + " does not let you in: unmount as the user who mounted " + mount + ", or as root");
        }
        DeadMount.detach(mount);
        awaitEnd(mount, Optional.empty());
    }

    private void report(Path mount, Path store, String outcome) {
        if (context.output().json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("mount", mount.toString());
            result.put("store", store.toString());
            context.output().json(result);
        } else {
            context.output().info(Show.text("unmounted " + mount + outcome));
        }
    }
}
