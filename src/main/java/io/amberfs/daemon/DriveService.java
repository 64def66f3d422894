package io.amberfs.daemon;

import io.amberfs.crypto.StoreHeader;
import io.amberfs.fs.Drive;
import io.amberfs.fs.Invalidation;
import io.amberfs.fs.Retainer;
import io.amberfs.model.Commit;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Refusal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the owner of a store does for commands. Requests that only the mounting daemon can carry out go to {@code Mounted}. Thread-safe. */
public final class DriveService implements Service {
    /** The daemon around the drive, if there is one. */
    public interface Mounted {
        List<Path> mounts();

        /** Tells the mount's kernel what has changed other than through it. */
        Invalidation invalidation();

        /** Unmounts, and ends once this request is answered. @throws Refusal ERROR when the drive is busy */
        void unmount();
    }

    private final OpenDrive open;
    private final Drive drive;
    private final Optional<Mounted> mounted;
    private final TreeRequests tree;
    private final ExportRequest export;
    private final RestoreRequest restore;
    private final UndoRequest undo;
    private final DiffRequest diff;
    private final RollbackRequest rollback;
    private final LogRequest log;
    private final MomentsRequest moments;
    private final FindRequest find;
    private final CheckRequest check;
    private final ScrubRequest scrub;
    private final RetentionRequests retention;
    private final PurgeRequest purge;
    private final SnapshotRequests snapshots;
    private final DrivePaths paths;

    public DriveService(OpenDrive open, Optional<Mounted> mounted) {
        this.open = open;
        this.mounted = mounted;
        drive = open.drive();
        paths = new DrivePaths(open);
        tree = new TreeRequests(open, paths);
        export = new ExportRequest(open, paths);
        Supplier<Invalidation> kernel = () -> mounted.map(Mounted::invalidation).orElse(Invalidation.NONE);
        restore = new RestoreRequest(open, paths, kernel);
        undo = new UndoRequest(open, paths, restore);
        diff = new DiffRequest(open, paths);
        rollback = new RollbackRequest(open, paths, diff, kernel);
        log = new LogRequest(open, paths);
        moments = new MomentsRequest(open, paths);
        find = new FindRequest(open, paths);
        check = new CheckRequest(open);
        scrub = new ScrubRequest(open, check);
        retention = new RetentionRequests(open);
        purge = new PurgeRequest(open, kernel);
        snapshots = new SnapshotRequests(open, paths);
    }

    /** The instant that a request is about stays until it is answered. */
    @Override
    public Map<String, Object> call(Request request, Reply reply) {
        if (!request.has("at")) {
            return answer(request, reply);
        }
        long epoch = request.has("epoch") ? request.number("epoch") : paths.epoch(request.text("at"));
        try (Retainer.Stay stay = drive.retainer().stay(epoch)) {
            return paths.pinned(request.text("at"), epoch, () -> answer(request, reply));
        }
    }

    private Map<String, Object> answer(Request request, Reply reply) {
        return switch (request.command()) {
            case "status" -> status();
            case "snapshot.create" -> snapshots.create(request);
            case "snapshot.list" -> snapshots.list();
            case "snapshot.delete" -> snapshots.delete(request);
            case "snapshot.hold" -> snapshots.hold(request);
            case "snapshot.release" -> snapshots.release(request);
            case "ls" -> tree.list(request, reply);
            case "cat" -> tree.cat(request, reply);
            case "export" -> export.run(request, reply);
            case "restore" -> restore.run(request, reply);
            case "undo" -> undo.run(request, reply);
            case "diff" -> diff.run(request, reply);
            case "rollback" -> rollback.run(request, reply);
            case "log" -> log.run(request, reply);
            case "moments" -> moments.run(request, reply);
            case "find" -> find.run(request, reply);
            case "audit" -> new AuditRequest(open).run(reply);
            case "check" -> drive.retainer().alone(() -> check.run(request, reply));
            case "scrub" -> scrub.run(request, reply);
            case "retention.show" -> retention.show();
            case "retention.set" -> retention.set(request, reply);
            case "thin" -> retention.thin(request, reply);
            case "reclaim" -> retention.reclaim(request, reply);
            case "purge" -> purge.run(request, reply);
            case "purge.list" -> purge.list(request);
            case "stats.top" -> retention.top(request, reply);
            case "stats" -> retention.stats(reply);
            case "sync" -> sync();
            case "unmount" -> unmount();
            default -> throw new Refusal(ExitCode.USAGE, "this amberfs does not know the request '" + request.command()
                + "': use the same version for the daemon and its commands");
        };
    }

    private Map<String, Object> status() {
        Optional<Commit> newest = drive.volume().timeline().newest();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("store", open.folder().toString());
        status.put("pid", mounted.isPresent() ? ProcessHandle.current().pid() : null);
        status.put("mounts", mounted.map(m -> m.mounts().stream().map(Path::toString).toList()).orElse(List.of()));
        status.put("epoch", drive.volume().timeline().newestEpoch());
        status.put("time", newest.map(c -> open.instants().exact(c.time())).orElse(null));
        status.put("files", drive.volume().totals().files());
        status.put("logicalBytes", drive.volume().totals().logicalBytes());
        status.put("storedBytes", open.store().usedBytes());
        status.put("blocks", drive.blocks().count());
        status.put("recoveryConfirmed", StoreHeader.open(open.folder()).recoveryConfirmed());
        status.put("readOnly", drive.readOnly().isPresent());
        status.put("readOnlyReason", drive.readOnly().orElse(null));
        status.put("clockJump", drive.retainer().clockJump().orElse(null));
        status.put("scrub", scrub.shown(open.scrub().state()));
        status.put("lackingBytes", drive.retainer().lacking());
        status.put("findings", open.findings());
        return status;
    }

    private Map<String, Object> sync() {
        drive.sync();
        return Map.of("epoch", drive.volume().timeline().newestEpoch());
    }

    private Map<String, Object> unmount() {
        Mounted daemon = mounted.orElseThrow(() -> new Refusal(ExitCode.ERROR, "the store " + open.folder() + " is not mounted"));
        drive.sync();
        daemon.unmount();
        return Map.of("unmounted", true);
    }
}
