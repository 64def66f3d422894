package io.amberfs.daemon;

import io.amberfs.fs.Difference;
import io.amberfs.fs.Difference.Kind;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.fs.Retainer;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code undo}: takes back what was done between two instants, and leaves what was done since: every path that differs between them becomes what it was at the first. What was
 * changed again since is refused, unless it is to go as well. Thread-safe.
 */
final class UndoRequest {
    /** Changes of either stretch; some hundred bytes each. */
    private static final int MOST = 200_000;
    /** Names in a refusal. */
    private static final int NAMED = 5;

    private final Drive drive;
    private final DrivePaths paths;
    private final RestoreRequest restore;

    UndoRequest(OpenDrive open, DrivePaths paths, RestoreRequest restore) {
        drive = open.drive();
        this.paths = paths;
        this.restore = restore;
    }

    Map<String, Object> run(Request request, Reply reply) {
        long since = paths.epoch(request.text("since"));
        long until = paths.epoch(request.text("until"));
        if (until < since) {
            throw new Refusal(ExitCode.USAGE, "'" + request.text("until") + "' is earlier than '" + request.text("since") + "': name the earlier one with --since");
        }
        boolean dryRun = request.flag("dryRun");
        drive.readOnly().filter(reason -> !dryRun).ifPresent(reason -> {
            throw new Refusal(ExitCode.ERROR, "nothing can be brought back in place: the drive is read-only, " + reason + "; use restore --to DIR");
        });
        long now = paths.epochOrNow("now");
        try (Retainer.Stay first = drive.retainer().stay(since); Retainer.Stay second = drive.retainer().stay(until); Retainer.Stay third = drive.retainer().stay(now)) {
            String within = text(DrivePaths.joined(DrivePaths.names(request.path("path"))));
            TreeMap<String, Kind> done = changes(since, until, within);
            if (!request.flag("force")) {
                requireUntouched(done, changes(until, now, ""), request.text("until"));
            }
            return undo(new TreeSet<>(done.keySet()), since, dryRun, reply);
        }
    }

    /** The paths that differ, what was moved under both. A byte of a path is a character here. */
    private TreeMap<String, Kind> changes(long from, long to, String within) {
        TreeMap<String, Kind> changes = new TreeMap<>();
        drive.history().diff(from, to, difference -> {
            put(changes, difference.path(), difference.kind(), within);
            if (difference.kind() == Kind.MOVED) {
                put(changes, difference.from(), difference.kind(), within);
            }
        });
        return changes;
    }

    private static void put(TreeMap<String, Kind> changes, byte[] bytes, Kind kind, String within) {
        String path = text(bytes);
        if (within.isEmpty() || path.equals(within) || path.startsWith(within + "/")) {
            changes.merge(path, kind, (one, other) -> Kind.MOVED);
        }
        if (changes.size() > MOST) {
            throw new Refusal(ExitCode.ERROR, "nothing was changed: there are more than " + MOST + " changes; name a PATH, or use rollback");
        }
    }

    private static void requireUntouched(TreeMap<String, Kind> done, TreeMap<String, Kind> later, String until) {
        List<String> touched = new ArrayList<>();
        done.forEach((path, kind) -> {
            if (isTouched(path, kind, later)) {
                touched.add(path);
            }
        });
        if (!touched.isEmpty()) {
            String named = String.join(", ", touched.stream().limit(NAMED).map(path -> RawText.shown(RawText.of(bytes(path)))).toList());
            String more = touched.size() > NAMED ? " and " + (touched.size() - NAMED) + " more" : "";
            throw new Refusal(ExitCode.ERROR, "nothing was changed: " + named + more + (touched.size() == 1 ? " was" : " were")
                + " changed again since " + until + "; --force takes that back, too");
        }
    }

    /** Whether what is at a path was changed later, or moved with a directory above; of what will be deleted or brought back as a whole, also what is below. */
    private static boolean isTouched(String path, Kind kind, TreeMap<String, Kind> later) {
        if (later.containsKey(path)) {
            return true;
        }
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            Kind above = later.get(path.substring(0, slash));
            if (above != null && above != Kind.CHANGED) {
                return true;
            }
        }
        String below = later.ceilingKey(path + "/");
        return kind != Kind.CHANGED && below != null && below.startsWith(path + "/");
    }

    private Map<String, Object> undo(TreeSet<String> changed, long since, boolean dryRun, Reply reply) {
        RestoreRequest.Run run = restore.begin(reply, since, false, dryRun);
        for (String path : changed) {
            List<Name> names = DrivePaths.names(RawText.of(bytes(path)));
            if (find(Optional.of(since), names).isEmpty() && find(Optional.empty(), names).isPresent() && !reply.cancelled()) {
                run.remove(names);
            }
        }
        for (String path : changed) {
            List<Name> names = DrivePaths.names(RawText.of(bytes(path)));
            Optional<Node> then = find(Optional.of(since), names);
            if (then.isPresent() && !reply.cancelled()) {
                bringBack(run, names, (Node.Past) then.get(), dryRun);
            }
        }
        if (!dryRun) {
            drive.sync();
        }
        return run.counts();
    }

    /** Of a directory that is still there only the attributes: what is in it has paths of its own. */
    private void bringBack(RestoreRequest.Run run, List<Name> names, Node.Past then, boolean dryRun) {
        Optional<Node> now = find(Optional.empty(), names);
        boolean isKept = now.isPresent() && Mode.isDirectory(drive.attr(now.get()).mode()) && Mode.isDirectory(drive.attr(then).mode());
        if (!isKept) {
            run.start(names, then);
        } else if (!dryRun) {
            run.attributes(now.get(), then);
        }
    }

    private Optional<Node> find(Optional<Long> epoch, List<Name> names) {
        try {
            return Optional.of(drive.resolve(epoch, names));
        } catch (FsException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String text(byte[] path) {
        return new String(path, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }
}
