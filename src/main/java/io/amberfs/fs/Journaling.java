package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.history.Journal;
import io.amberfs.history.Volume;
import io.amberfs.store.Batch;
import io.amberfs.store.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts what an fsync asks for into the journal, where that is little; else the head has to be recorded.
 *
 * <ul>
 * <li>What the journal has of a file's bytes lies on top of what the head has, and stays in the file's buffer until a recording. If it is taken out earlier, to be installed or
 * because it was cut off, the journal no longer fits the head: it is overtaken, and the next fsync records the head, with all files that the journal is about.
 * <li>First the bytes are taken, then the head's changes, then it is looked whether the journal was overtaken. So what was changed in between makes it a recording.
 * </ul>
 *
 * <p>To be used under the flush lock, but for what files say under theirs: {@link #overtaken} and {@link #timesSet}, both ahead of the change of the head that they are about.
 */
final class Journaling {
    /** More changes of the head, in bytes of memory, are recorded at once. */
    private static final long CHANGES_MAX = 16 << 10;

    private final Store store;
    private final Volume volume;
    private final BlockStore blocks;
    /** Files of which the journal may have bytes. */
    private final Set<OpenFile> files = new LinkedHashSet<>();
    private volatile boolean overtaken;
    /** Files whose times were set since the journal got to know them. */
    private final Set<OpenFile> timesSet = ConcurrentHashMap.newKeySet();

    Journaling(Store store, Volume volume, BlockStore blocks) {
        this.store = store;
        this.volume = volume;
        this.blocks = blocks;
        overtaken = volume.journal().isDamaged();
    }

    /** What the journal had of a file when the drive was opened is in its buffer again. */
    void replayed(OpenFile file) {
        files.add(file);
    }

    /** Bytes that the journal has were taken out of a buffer. */
    void overtaken() {
        overtaken = true;
    }

    void timesSet(OpenFile file) {
        timesSet.add(file);
    }

    /** The files that must be installed before a recording: {@code wanted}, and those of which the journal may have bytes. */
    Set<OpenFile> with(Set<OpenFile> wanted) {
        Set<OpenFile> all = new LinkedHashSet<>(files);
        all.addAll(wanted);
        return all;
    }

    /** Whether a recording has something to end. */
    boolean isEmpty() {
        return volume.journal().isEmpty();
    }

    /** Makes durable what the head and {@code wanted} have. @return false if nothing was done: the head is to be recorded, with all files of {@link #with} */
    boolean write(Set<OpenFile> wanted) {
        if (overtaken) {
            return false;
        }
        files.addAll(wanted);
        List<Journal.Written> written = new ArrayList<>();
        Set<OpenFile> set = new HashSet<>(timesSet);
        timesSet.removeAll(set);
        set.removeAll(wanted);
        set.forEach(file -> file.journal(true).ifPresent(written::addAll));
        for (OpenFile file : wanted) {
            Optional<List<Journal.Written>> next = file.journal(false);
            if (next.isEmpty()) {
                return false;
            }
            written.addAll(next.get());
        }
        if (written.isEmpty() && !volume.head().hasUnrecorded()) {
            return true;
        }
        Optional<byte[]> changes = volume.unrecorded(CHANGES_MAX);
        Batch batch = new Batch();
        if (changes.isEmpty() || overtaken || !timesSet.isEmpty() || !volume.journal().add(batch, changes.get(), written)) {
            return false;
        }
        if (!batch.isEmpty()) {
            blocks.flush(batch);
            store.write(batch);
            blocks.flushed(batch);
        }
        return true;
    }

    /** A recording that has all is durable. */
    void ended() {
        files.clear();
        timesSet.clear();
        overtaken = false;
    }
}
