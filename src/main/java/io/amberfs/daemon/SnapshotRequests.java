package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.history.Instants;
import io.amberfs.history.Timeline;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.CorruptException;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Hold;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes, lists, holds, releases and deletes snapshots. Thread-safe. */
final class SnapshotRequests {
    private final Drive drive;
    private final Instants instants;
    private final Clock clock;
    private final DrivePaths paths;

    SnapshotRequests(OpenDrive open, DrivePaths paths) {
        this.paths = paths;
        drive = open.drive();
        instants = open.instants();
        clock = open.clock();
    }

    /** Of now, or of the instant {@code at}. Without a name, it is called after its second, in a form that is no time as {@code .snapshots} reads them. */
    Map<String, Object> create(Request request) {
        Optional<Long> epoch = request.has("at") ? Optional.of(paths.epoch(request.text("at"))) : Optional.empty();
        long time = epoch.flatMap(drive.volume().timeline()::commit).map(Commit::time).orElseGet(clock::nanos);
        String chosen = request.optionalText("name").orElseGet(() -> "snapshot-" + instants.second(time).replace(':', '-'));
        Timeline.requireName(chosen);
        if (instants.isTime(chosen, clock.nanos())) {
            throw new Refusal(ExitCode.USAGE, "'" + chosen + "' reads as a time: choose another name for the snapshot");
        }
        requireWritable("made");
        return shown(epoch.isEmpty() ? drive.snapshot(chosen) : drive.retainer().alone(() -> drive.snapshots().make(chosen, epoch.get())));
    }

    Map<String, Object> list() {
        return Map.of("snapshots", drive.volume().timeline().snapshots().stream().map(this::shown).toList());
    }

    /** One whose row is damaged can only be deleted. */
    Map<String, Object> delete(Request request) {
        String name = request.text("name");
        Snapshot snapshot;
        try {
            snapshot = drive.snapshots().named(name);
        } catch (CorruptException e) {
            requireWritable("deleted");
            drive.snapshots().deleteDamaged(name);
            return Map.of("name", name);
        }
        requireWritable("deleted");
        drive.snapshots().delete(name);
        return shown(snapshot);
    }

    Map<String, Object> hold(Request request) {
        drive.snapshots().named(request.text("name"));
        requireWritable("held");
        Optional<String> until = request.optionalText("until");
        OptionalLong end = until.isPresent() ? OptionalLong.of(instants.require(until.get(), clock.nanos())) : OptionalLong.empty();
        boolean lock = request.has("lock") && request.flag("lock");
        return shown(drive.snapshots().hold(request.text("name"), end, lock, request.optionalText("reason").orElse("")));
    }

    Map<String, Object> release(Request request) {
        drive.snapshots().named(request.text("name"));
        requireWritable("released");
        return shown(drive.snapshots().release(request.text("name")));
    }

    private void requireWritable(String what) {
        drive.readOnly().ifPresent(reason -> {
            throw new Refusal(ExitCode.ERROR, "no snapshot can be " + what + ": the drive is read-only, " + reason);
        });
    }

    private Map<String, Object> shown(Snapshot snapshot) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", snapshot.name());
        object.put("time", instants.exact(snapshot.time()));
        object.put("epoch", snapshot.epoch());
        object.put("held", drive.snapshots().isHeld(snapshot));
        object.put("until", snapshot.hold().filter(hold -> hold.until() != Hold.FOREVER).map(hold -> instants.exact(hold.until())).orElse(null));
        object.put("locked", snapshot.hold().map(Hold::locked).orElse(false));
        object.put("reason", snapshot.hold().map(Hold::reason).orElse(""));
        return object;
    }
}
