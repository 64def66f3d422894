package io.amberfs.fs;

import io.amberfs.history.Journal;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Limits;
import java.util.List;
import java.util.Optional;

/**
 * What is done with open files of the present: written, cut, synced, closed; within the bounds on memory and disk.
 *
 * <p>Thread-safe. Its callers hold no lock; it enters the gate.
 */
final class Writes {
    /** Bytes of changes in memory. */
    private static final long HEAD_MAX = 32L << 20;

    private final Drive.Parts parts;
    private final Files files;
    private final Gate gate;
    private final Tree tree;
    private final AttrChanges attrs;
    private final Recorder recorder;
    private final Clock clock;

    Writes(Drive.Parts parts, Gate gate, Tree tree, AttrChanges attrs, Recorder recorder, Clock clock) {
        this.parts = parts;
        this.files = parts.files();
        this.gate = gate;
        this.tree = tree;
        this.attrs = attrs;
        this.recorder = recorder;
        this.clock = clock;
    }

    /** @return the offset that was written to. @throws FsException EROFS, ENOSPC, EFBIG */
    long write(OpenFile file, long offset, Source source, int length, boolean append) {
        parts.health().requireWritable();
        parts.space().require(length);
        parts.space().awaitRoom(this::relieve);
        boundHead();
        try (Gate.Pass pass = gate.enter()) {
            return file.write(offset, source, length, append, clock.nanos());
        }
    }

    /** Takes the capability of the file away, as Linux has it, whoever asks. */
    void truncate(OpenFile file, long size) {
        parts.health().requireWritable();
        if (size < 0 || size > Limits.FILE_MAX) {
            throw new FsException(size < 0 ? Errno.EINVAL : Errno.EFBIG);
        }
        dropPrivileges(file, true);
        try (Gate.Pass pass = gate.enter()) {
            file.truncate(size, clock.nanos());
        }
    }

    /** Takes away what a file lends to whoever runs it; cheap where there is nothing. */
    void dropPrivileges(OpenFile file, boolean capabilityOnly) {
        if (attrs.hasPrivileges(file.ino(), capabilityOnly)) {
            parts.health().requireWritable();
            try (Gate.Pass pass = gate.enter()) {
                attrs.dropPrivileges(file.ino(), capabilityOnly);
            }
        }
    }

    /** On return the file's bytes, its record and all names made before are durable. */
    void fsync(OpenFile file) {
        if (!file.isJournalable()) {
            file.installAll();
        }
        recorder.fsync(Optional.of(file));
        file.requireWhole();
    }

    /** Does once more what the journal had of bytes written to files; those of what has no name any more are gone. */
    void replay() {
        for (Journal.Written written : parts.volume().takeWritten()) {
            if (parts.records().find(parts.head(), written.ino()).filter(inode -> inode.isFile() && inode.nlink() > 0).isPresent()) {
                OpenFile file = tree.open(written.ino());
                try {
                    file.replay(written);
                } finally {
                    release(file);
                }
            }
        }
    }

    /** On return all that was written to a file so far is named by its record. */
    void install(long ino) {
        files.find(ino).ifPresent(OpenFile::installAll);
    }

    /** As {@link #install}, if the file has no name. */
    void installNameless(long ino) {
        if (files.find(ino).filter(file -> file.naming().isNameless()).isPresent()) {
            install(ino);
        }
    }

    void close(OpenFile file) {
        file.handOverEarly(false);
        release(file);
    }

    /** One use less of a file; one that has neither name nor user is deleted. */
    void release(OpenFile file) {
        if (files.release(file) && file.naming().isNameless()) {
            try (Gate.Pass pass = gate.enter()) {
                tree.deleteIfOrphan(file.ino());
            }
        }
    }

    /** Of a file that need not be open. @throws FsException EISDIR, or EINVAL for what has no contents */
    void truncate(long ino, long size) {
        OpenFile file = tree.open(ino);
        try {
            truncate(file, size);
        } finally {
            release(file);
        }
    }

    /**
     * What is many bytes goes to the sealers but for its end, which may grow on: cut off there, a chunk would be like no other. Only when most of it is the little of many files
     * must everything go.
     *
     * @throws FsException EROFS when there will be no room any more, since sealing failed
     */
    private void relieve() {
        parts.health().requireWritable();
        List<OpenFile> dirty = List.copyOf(files.dirty());
        dirty.forEach(file -> file.handOverEarly(false));
        if (dirty.stream().mapToLong(OpenFile::buffered).sum() > Space.DIRTY_MAX / 2) {
            dirty.forEach(OpenFile::handOverAll);
        }
    }

    /** Changes that wait for a commit are bounded: who comes when they are too many makes one. */
    void boundHead() {
        if (parts.head().unrecordedBytes() > HEAD_MAX) {
            recorder.commit(Optional.empty());
        }
    }
}
