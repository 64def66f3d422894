package io.amberfs.cli;

import io.amberfs.model.ExitCode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.posix.Directory;
import io.amberfs.posix.PosixException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Small files that are complete under their temporary names, and wait for one sync to take their places together.
 *
 * <ul>
 *   <li>Nothing is renamed before it is durable: not even a power cut shows a file that is neither old nor new.
 *   <li>A directory gets its mode and times after the last of its files is in place: once something waits, the directories that are left wait behind it.
 *   <li>Bounded: {@link #FILES_MAX} files, {@link #BYTES_MAX} bytes, {@link #OPEN_MAX} directories held open. A sync costs about the same for one file and for
 *       hundreds.
 *   <li>A sync that failed is not tried again: the run ends, and the old files stay.
 * </ul>
 *
 * <p>Confined to the thread of the restore.
 */
final class RestoreQueue implements AutoCloseable {
    /** Larger files are synced by themselves: their data take longer than the sync. */
    static final long SIZE_MAX = 1 << 20;
    private static final int FILES_MAX = 256;
    private static final long BYTES_MAX = 16 << 20;
    private static final int OPEN_MAX = 32;

    /** What is done with a directory that was held open. */
    interface Settling {
        void settle(Directory held) throws PosixException;
    }

    private interface Step {
        void run() throws PosixException;
    }

    private record Waiting(RestorePath path, Step step, Runnable giveUp) {
    }

    private final RestoreReport report;
    private final RestorePlacer placer;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<RestoreFolder, Directory> held = new IdentityHashMap<>();
    /** One directory of each filesystem that must be synced: something else may be mounted within the target. */
    private final Map<Long, Directory> filesystems = new HashMap<>();
    private long bytes;

    RestoreQueue(RestoreReport report, RestorePlacer placer) {
        this.report = report;
        this.placer = placer;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** A file that is complete but not durable; its restoration is told once it is in place. */
    void file(RestoreSite site, Name temp, long device, long size) throws PosixException {
        Directory parent = hold(site.folder(), site.parent());
        filesystems.putIfAbsent(device, parent);
        RestoreSite place = new RestoreSite(site.folder(), parent, site.name(), site.standing());
        waiting.add(new Waiting(site.path(), () -> {
            placer.place(place, temp);
            report.restored(place.path(), "contents", size);
        }, () -> RestorePlacer.discard(parent, temp)));
        bytes += size;
        if (waiting.size() >= FILES_MAX || bytes >= BYTES_MAX || held.size() >= OPEN_MAX) {
            flush();
        }
    }

    /** A directory that is left while files wait. */
    void folder(RestoreFolder folder, Directory open, Settling settling) throws PosixException {
        Directory directory = hold(folder, open);
        waiting.add(new Waiting(folder.path(), () -> settling.settle(directory), () -> { }));
    }

    /** Makes all durable and puts it in place. What fails for one entry is told. */
    void flush() {
        try {
            for (Directory directory : filesystems.values()) {
                directory.self().syncFilesystem();
            }
        } catch (PosixException e) {
            throw new Refusal(e.isNoSpace() ? ExitCode.NO_SPACE : ExitCode.ERROR,
                    "the restored files could not be made durable (" + e.getMessage() + "); the old ones stand, look after the disk"
                            + " and run the restore again", e);
        }
        while (!waiting.isEmpty()) {
            Waiting next = waiting.peek();
            try {
                next.step().run();
            } catch (PosixException e) {
                next.giveUp().run();
                report.failed(next.path(), e);
            }
            waiting.remove();
        }
        release();
    }

    /** Gives up what still waits. */
    @Override
    public void close() {
        waiting.forEach(left -> left.giveUp().run());
        release();
    }

    private Directory hold(RestoreFolder folder, Directory open) throws PosixException {
        Directory already = held.get(folder);
        if (already != null) {
            return already;
        }
        Directory second = open.duplicate();
        held.put(folder, second);
        return second;
    }

    private void release() {
        waiting.clear();
        filesystems.clear();
        held.values().forEach(Directory::close);
        held.clear();
        bytes = 0;
    }
}
