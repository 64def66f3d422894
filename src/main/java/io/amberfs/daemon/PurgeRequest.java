package io.amberfs.daemon;

import io.amberfs.block.Reclaim;
import io.amberfs.fs.Drive;
import io.amberfs.fs.History;
import io.amberfs.fs.Invalidation;
import io.amberfs.history.Instants;
import io.amberfs.model.Bytes;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Name;
import io.amberfs.model.PurgeNote;
import io.amberfs.model.Refusal;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code purge}: removes a file or tree from all commits but the newest, and lists what was. Thread-safe. */
final class PurgeRequest {
    /** Rows and extents from one look at whether the command is still there to the next. */
    private static final int ASK = 256;

    private final Drive drive;
    private final Instants instants;
    private final Supplier<Invalidation> invalidation;

    /** @param invalidation whom to tell what changed */
    PurgeRequest(OpenDrive open, Supplier<Invalidation> invalidation) {
        this.invalidation = invalidation;
        drive = open.drive();
        instants = open.instants();
    }

    /** An event for each place of the present where what was at the path is now. */
    Map<String, Object> run(Request request, Reply reply) {
        boolean dryRun = request.flag("dryRun");
        List<Name> path = DrivePaths.names(request.path("path"));
        if (path.isEmpty()) {
            throw new Refusal(ExitCode.USAGE, "the whole drive cannot be purged: name what is to go");
        }
        drive.readOnly().filter(reason -> !dryRun).ifPresent(reason -> {
            throw new Refusal(ExitCode.ERROR, "history cannot be changed: the drive is read-only, " + reason);
        });
        int[] asked = new int[1];
        History.Purged purged;
        try {
            purged = drive.history().purge(path, user(reply), dryRun, drive.snapshots(), invalidation.get(), () -> asked[0]++ % ASK == 0 && reply.cancelled());
        } catch (Reclaim.Stopped e) {
            throw new Refusal(ExitCode.ERROR, "it is gone from all history, but not yet from the disk: run amberfs reclaim", e);
        }
        for (byte[] elsewhere : purged.elsewhere()) {
            Map<String, Object> event = new LinkedHashMap<>(Map.of("type", "elsewhere"));
            Twin.put(event, "path", elsewhere);
            reply.event(event);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files", purged.files());
        result.put("versions", purged.versions());
        result.put("first", purged.first().flatMap(drive.volume().timeline()::commit).map(commit -> instants.exact(commit.time())).orElse(null));
        result.put("blocks", purged.freed().blocks());
        result.put("bytes", purged.freed().bytes());
        result.put("dryRun", dryRun);
        return result;
    }

    /** What was purged, oldest first; with a path, only that. */
    Map<String, Object> list(Request request) {
        Optional<Bytes> of = request.has("path") ? Optional.of(drive.volume().purges().hash(DrivePaths.joined(DrivePaths.names(request.path("path"))))) : Optional.empty();
        return Map.of("purges", drive.volume().purges().all().stream().filter(note -> of.isEmpty() || of.get().equals(note.path())).map(this::shown).toList());
    }

    private Map<String, Object> shown(PurgeNote note) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("time", instants.exact(note.time()));
        object.put("epoch", note.epoch());
        object.put("pathHash", note.path().toString());
        object.put("user", note.user());
        return object;
    }

    private static String user(Reply reply) {
        try {
            return reply.user().getName();
        } catch (IOException e) {
            throw new Refusal(ExitCode.ERROR, "nothing was purged: nobody knows who asks for it", e);
        }
    }
}
