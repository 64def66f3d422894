package io.amberfs.fs;

import io.amberfs.history.Timeline;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import java.util.Optional;

/** Makes, holds and deletes snapshots, by command or by a folder in {@code .snapshots}. Thread-safe; its callers hold no lock. */
public final class Snapshots {
    private final Drive.Parts parts;
    private final PastNames past;
    private final Recorder recorder;
    private final Runnable gather;

    Snapshots(Drive.Parts parts, PastNames past, Recorder recorder, Runnable gather) {
        this.parts = parts;
        this.past = past;
        this.recorder = recorder;
        this.gather = gather;
    }

    /** @throws Refusal when there is one of that name, or it cannot name one */
    Snapshot make(String name) {
        Timeline.requireName(name);
        gather.run();
        recorder.commit(Optional.of(name));
        return parts.volume().timeline().snapshot(name).orElseThrow();
    }

    public void delete(Snapshot snapshot) {
        recorder.exclusively(() -> parts.volume().delete(snapshot));
    }

    public void hold(Snapshot snapshot, boolean held) {
        recorder.exclusively(() -> parts.volume().update(new Snapshot(snapshot.name(), snapshot.epoch(), snapshot.time(), held)));
    }

    void makeFolder(Node.Snapshots folder, Name name) {
        parts.health().requireWritable();
        if (past.resolves(folder.dir(), name)) {
            throw new FsException(Errno.EEXIST);
        }
        String wanted = past.snapshotName(name);
        try {
            make(wanted);
        } catch (Refusal e) {
            throw new FsException(e.code() == ExitCode.USAGE ? Errno.EINVAL : Errno.EEXIST, e.getMessage());
        }
    }

    void removeFolder(Name name) {
        parts.health().requireWritable();
        Snapshot snapshot = Optional.of(name).filter(Name::isUtf8).flatMap(n -> parts.volume().timeline().snapshot(n.toString())).orElseThrow(() -> new FsException(Errno.ENOENT));
        if (snapshot.held()) {
            throw new FsException(Errno.EBUSY, "the snapshot '" + name + "' is held");
        }
        delete(snapshot);
    }
}
