package io.amberfs.daemon;

import io.amberfs.fs.Difference;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Retainer;
import io.amberfs.history.Instants;
import io.amberfs.model.Commit;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** {@code rollback}: makes the whole drive what it was at an instant, or before the newest commit. Thread-safe. */
final class RollbackRequest {
    private final Drive drive;
    private final Instants instants;
    private final DrivePaths paths;
    private final DiffRequest diff;
    private final Supplier<Invalidation> invalidation;

    /** @param invalidation whom to tell what changed */
    RollbackRequest(OpenDrive open, DrivePaths paths, DiffRequest diff, Supplier<Invalidation> invalidation) {
        drive = open.drive();
        instants = open.instants();
        this.paths = paths;
        this.diff = diff;
        this.invalidation = invalidation;
    }

    /** What the way back changes is told, one event each, before it is done. */
    Map<String, Object> run(Request request, Reply reply) {
        boolean dryRun = request.flag("dryRun");
        drive.readOnly().filter(reason -> !dryRun).ifPresent(reason -> {
            throw new Refusal(ExitCode.ERROR, "nothing can be brought back in place: the drive is read-only, " + reason + "; use restore --to DIR");
        });
        long now = paths.epochOrNow("now");
        long then = request.has("at") ? paths.epoch(request.text("at")) : before(now);
        try (Retainer.Stay first = drive.retainer().stay(now); Retainer.Stay second = drive.retainer().stay(then)) {
            Map<String, Object> result = diff.between(now, then, new byte[0], false, reply);
            boolean differs = Arrays.stream(Difference.Kind.values()).anyMatch(kind -> !Long.valueOf(0).equals(result.get(DiffRequest.name(kind))));
            if (differs && !dryRun && !reply.cancelled()) {
                Commit commit = drive.history().rollback(then, invalidation.get());
                result.put("commit", instants.exact(commit.time()));
            }
            result.put("dryRun", dryRun);
            return result;
        }
    }

    private long before(long now) {
        return drive.volume().timeline().lastBefore(now).orElseThrow(() -> new Refusal(ExitCode.ERROR, "there is only one commit: nothing is before it"));
    }
}
