package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.fs.FileLog;
import io.amberfs.history.Instants;
import io.amberfs.history.Point;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code moments}: the commits at which what is at a path may be another than before, oldest first, one event each: those of the versions of a file; of a directory, below which
 * anything may have changed, all since it was first seen. Thread-safe.
 */
final class MomentsRequest {
    private final Drive drive;
    private final DrivePaths paths;
    private final Instants instants;

    MomentsRequest(OpenDrive open, DrivePaths paths) {
        drive = open.drive();
        instants = open.instants();
        this.paths = paths;
    }

    Map<String, Object> run(Request request, Reply reply) {
        paths.epochOrNow("now");
        List<Name> names = DrivePaths.names(request.path("path"));
        List<FileLog.Entry> versions = new ArrayList<>(drive.retainer().alone(() -> drive.history().log(names)));
        versions.removeIf(entry -> entry.at().isEmpty());
        if (versions.isEmpty()) {
            throw new Refusal(ExitCode.ERROR, "there never was a '" + RawText.shown(request.path("path")) + "' in the drive, as far as its history is kept");
        }
        boolean directory = versions.get(0).at().orElseThrow().inode().isDirectory();
        if (directory) {
            long first = versions.get(versions.size() - 1).epoch();
            for (Point point : drive.volume().timeline().points()) {
                if (point.epoch() >= first && !reply.cancelled()) {
                    reply.event(event(point.epoch(), point.second(), DrivePaths.joined(names)));
                }
            }
        } else {
            for (int i = versions.size() - 1; i >= 0 && !reply.cancelled(); i--) {
                long epoch = versions.get(i).epoch();
                byte[] path = versions.get(i).path();
                drive.volume().timeline().commit(epoch).ifPresent(commit -> reply.event(event(epoch, commit.time(), path)));
            }
        }
        return Map.of("directory", directory);
    }

    private Map<String, Object> event(long epoch, long time, byte[] path) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", "moment");
        event.put("epoch", epoch);
        event.put("time", instants.exact(time));
        Twin.put(event, "path", path);
        return event;
    }
}
