package io.amberfs.fs;

import io.amberfs.model.Inode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The regular files that are open or not fully installed. A file stays here while it has a use or is dirty. Thread-safe.
 *
 * <p>Who holds a file's lock may call this; so no file's lock may be taken within a step of {@code entries}, which locks other files' entries too.
 */
final class Files {
    private static final class Entry {
        private final OpenFile file;
        private int uses;

        Entry(OpenFile file) {
            this.file = file;
        }
    }

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final Set<OpenFile> dirty = ConcurrentHashMap.newKeySet();

    /** The file, held until {@link #release}. */
    OpenFile acquire(long ino, Supplier<OpenFile> opened) {
        return entries.compute(ino, (key, present) -> {
            Entry entry = present != null ? present : new Entry(opened.get());
            entry.uses++;
            return entry;
        }).file;
    }

    /** @return true if nobody uses the file any more */
    boolean release(OpenFile file) {
        boolean[] last = new boolean[1];
        entries.compute(file.ino(), (key, entry) -> {
            entry.uses--;
            last[0] = entry.uses == 0;
            return last[0] && !dirty.contains(file) ? null : entry;
        });
        return last[0];
    }

    Optional<OpenFile> find(long ino) {
        return Optional.ofNullable(entries.get(ino)).map(entry -> entry.file);
    }

    /** Those that are here now. */
    List<OpenFile> all() {
        return entries.values().stream().map(entry -> entry.file).toList();
    }

    /** Whether somebody has the file open. */
    boolean isUsed(long ino) {
        Entry entry = entries.get(ino);
        return entry != null && entry.uses > 0;
    }

    /** The file has bytes or times that are not installed. Called under its lock. */
    void dirty(OpenFile file) {
        dirty.add(file);
    }

    /** All files that may have something to install. */
    Set<OpenFile> dirty() {
        return dirty;
    }

    /** Drops files that are clean again. */
    void clean() {
        dirty.forEach(this::clean);
    }

    /** Drops a file if it is clean; one that was opened afresh meanwhile stays. */
    void clean(OpenFile file) {
        file.ifClean(() -> {
            dirty.remove(file);
            entries.computeIfPresent(file.ino(), (key, entry) -> entry.file == file && entry.uses == 0 ? null : entry);
        });
    }

    boolean hasDirty() {
        return !dirty.isEmpty();
    }

    /** The inode as users see it, if this file is here. */
    Optional<Inode> inode(long ino) {
        return find(ino).map(OpenFile::inode);
    }
}
