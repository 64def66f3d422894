package io.amberfs.daemon;

import io.amberfs.fs.Difference.What;
import io.amberfs.fs.Drive;
import io.amberfs.fs.FileLog;
import io.amberfs.history.Instants;
import io.amberfs.history.Timeline;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code log}: the versions of a file or directory, one event each, newest first. Thread-safe. */
final class LogRequest {
    private final Drive drive;
    private final DrivePaths paths;
    private final Instants instants;

    LogRequest(OpenDrive open, DrivePaths paths) {
        drive = open.drive();
        instants = open.instants();
        this.paths = paths;
    }

    Map<String, Object> run(Request request, Reply reply) {
        paths.epochOrNow("now");
        List<FileLog.Entry> entries = drive.retainer().alone(() -> drive.history().log(DrivePaths.names(request.path("path"))));
        if (entries.isEmpty()) {
            throw new Refusal(ExitCode.ERROR, "there never was a '" + RawText.shown(request.path("path")) + "' in the drive, as far as its history is kept");
        }
        for (FileLog.Entry entry : entries) {
            if (reply.cancelled()) {
                break;
            }
            reply.event(event(entry));
        }
        return Map.of("versions", entries.stream().filter(entry -> entry.at().isPresent()).count());
    }

    private Map<String, Object> event(FileLog.Entry entry) {
        Timeline timeline = drive.volume().timeline();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", entry.at().isPresent() ? "version" : "gone");
        event.put("time", timeline.commit(entry.epoch()).map(commit -> instants.exact(commit.time())).orElse(null));
        event.put("epoch", entry.epoch());
        Twin.put(event, "path", entry.path());
        event.put("events", entry.events().stream().map(e -> e.name().toLowerCase(Locale.ROOT)).toList());
        event.put("what", entry.what().stream().map(LogRequest::name).toList());
        if (entry.other().length > 0) {
            Twin.put(event, entry.at().isPresent() ? "from" : "to", entry.other());
        }
        entry.at().ifPresent(at -> attributes(event, at.inode()));
        return event;
    }

    private void attributes(Map<String, Object> event, Inode inode) {
        event.put("file", Mode.isDirectory(inode.mode()) ? "directory" : Mode.isFile(inode.mode()) ? "file" : Mode.isLink(inode.mode()) ? "symlink" : "node");
        event.put("size", inode.size());
        event.put("mode", inode.mode());
        event.put("uid", inode.uid());
        event.put("gid", inode.gid());
        event.put("mtime", instants.exact(inode.mtime()));
    }

    private static String name(What what) {
        return what.name().toLowerCase(Locale.ROOT);
    }
}
