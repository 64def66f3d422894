package io.amberfs.daemon;

import io.amberfs.fs.Drive;
import io.amberfs.fs.Node;
import io.amberfs.history.Instants;
import io.amberfs.history.Timeline;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.model.RawText;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds what commands name: paths within the drive, and instants by snapshot name or time. Thread-safe. */
final class DrivePaths {
    private record Pinned(String at, long epoch) {
    }

    private final ThreadLocal<Pinned> pinned = new ThreadLocal<>();
    private final Drive drive;
    private final Instants instants;
    private final Clock clock;

    DrivePaths(OpenDrive open) {
        drive = open.drive();
        instants = open.instants();
        clock = open.clock();
    }

    /** The names of a path in raw text from the drive's root; {@code .} and {@code ..} are resolved, and never lead above the root. */
    static List<Name> names(String path) {
        List<Name> names = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (names.isEmpty()) {
                    throw new Refusal(ExitCode.USAGE, "the path " + RawText.shown(path) + " leads out of the drive");
                }
                names.remove(names.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".")) {
                names.add(name(part, path));
            }
        }
        return names;
    }

    /** @throws Refusal USAGE for what is no time, ERROR for a time without a commit */
    long epoch(String at) {
        Pinned found = pinned.get();
        return found != null && found.at().equals(at) ? found.epoch() : resolve(at);
    }

    /** As {@link #epoch}; {@code now} is all that was done before, which becomes a commit. Of a drive that is read-only it is the newest commit. */
    long epochOrNow(String at) {
        if (!at.equals("now")) {
            return epoch(at);
        }
        if (drive.readOnly().isEmpty()) {
            drive.gather();
            drive.sync();
        }
        return drive.volume().timeline().newestEpoch();
    }

    /** The path that names lead along, without a slash at its start. */
    static byte[] joined(List<Name> names) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (Name name : names) {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(name.bytes());
        }
        return path.toByteArray();
    }

    /** What {@code answer} asks for as {@code at} is {@code epoch} for this thread, also if the clock goes on meanwhile. */
    <T> T pinned(String at, long epoch, Supplier<T> answer) {
        pinned.set(new Pinned(at, epoch));
        try {
            return answer.get();
        } finally {
            pinned.remove();
        }
    }

    private long resolve(String at) {
        long now = clock.nanos();
        Timeline timeline = drive.volume().timeline();
        Optional<Snapshot> snapshot = instants.isTime(at, now) ? timeline.listed(at) : timeline.snapshot(at);
        if (snapshot.isPresent()) {
            return snapshot.get().epoch();
        }
        long time = instants.require(at, now);
        if (time > now) {
            throw new Refusal(ExitCode.USAGE, "'" + at + "' (" + instants.second(time) + ") lies in the future");
        }
        return drive.volume().timeline().resolve(time).orElseThrow(() -> new Refusal(ExitCode.ERROR, "'" + at + "' (" + instants.second(time)
            + ") lies before the first commit" + drive.volume().timeline().oldest().map(c -> " of " + instants.second(c.time())).orElse("")));
    }

    /** @throws Refusal ERROR when there is nothing at that path */
    Node node(Optional<Long> epoch, String path, String at) {
        try {
            return drive.resolve(epoch, names(path));
        } catch (FsException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ESTALE) {
                throw new Refusal(ExitCode.ERROR, "there is no '" + RawText.shown(path) + "' in the drive" + (epoch.isPresent() ? " at " + at : ""));
            }
            throw e;
        }
    }

    private static Name name(String part, String path) {
        try {
            return Name.of(RawText.bytes(part));
        } catch (FsException e) {
            throw new Refusal(ExitCode.USAGE, "'" + RawText.shown(path) + "' is no path within the drive: a name in it is too long or not allowed");
        }
    }
}
