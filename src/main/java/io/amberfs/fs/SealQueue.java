package io.amberfs.fs;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * What one file has handed over to the sealers and the head does not have yet.
 *
 * <ul>
 * <li>Groups are installed in the order in which they were added; one task at a time seals for a file.
 * <li>Bytes count as unsealed until their group is installed.
 * <li>After a failure to seal nothing is installed any more, and who waits is told.
 * </ul>
 *
 * <p>Guarded by its file's lock for writing, reading methods by that for reading. It is given up while a method waits, and is not held while bytes are sealed.
 */
final class SealQueue {
    /** Stretches that are installed together. {@code size} is that of the file once they are; {@code touched} and {@code stamp} are the file's when they were handed over. */
    record Group(List<Piece> pieces, long size, long touched, long stamp, boolean inline) {
        long bytes() {
            return pieces.stream().mapToLong(Piece::length).sum();
        }
    }

    /** The first {@code length} bytes belong at {@code start} of the file. */
    record Piece(long start, byte[] bytes, int length, List<Sealers.Cut> cuts) {
        long end() {
            return start + length;
        }
    }

    /** The file that groups come from; called under its lock. */
    interface Owner {
        void install(Group group, List<List<FileMap.Placed>> placed);

        /** What is written cannot be put among the file's records. */
        void giveUp(CorruptException damage);
    }

    private final long ino;
    private final Drive.Parts parts;
    private final Lock lock;
    private final Owner owner;
    private final Condition progress;
    private final Deque<Group> groups = new ArrayDeque<>();
    /** Groups that were installed or dropped, ever. */
    private long done;
    private boolean running;

    SealQueue(long ino, Drive.Parts parts, Lock lock, Owner owner) {
        this.ino = ino;
        this.parts = parts;
        this.lock = lock;
        this.owner = owner;
        progress = lock.newCondition();
    }

    void add(Group group) {
        groups.add(group);
        if (!running) {
            running = true;
            parts.sealers().execute(this::run);
        }
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** What was added last. */
    Optional<Group> last() {
        return Optional.ofNullable(groups.peekLast());
    }

    Iterator<Group> newestFirst() {
        return groups.descendingIterator();
    }

    long bytes() {
        return groups.stream().mapToLong(Group::bytes).sum();
    }

    /** Waits until nothing is left, also of what others add meanwhile. @throws FsException EIO when the drive has failed */
    void awaitEmpty() {
        while (!groups.isEmpty()) {
            awaitProgress();
        }
    }

    /** Waits for what is here now. @throws FsException EIO when the drive has failed */
    void awaitPresent() {
        long wanted = done + groups.size();
        while (done < wanted) {
            awaitProgress();
        }
    }

    private void awaitProgress() {
        if (!running) {
            throw new FsException(Errno.EIO, "the contents of inode " + ino + " could not be kept");
        }
        progress.awaitUninterruptibly();
    }

    private void run() {
        for (Optional<Group> group = first(); group.isPresent(); group = first()) {
            try {
                sealAndInstall(group.get());
            } catch (CorruptException e) {
                locked(() -> {
                    owner.giveUp(e);
                    removeFirst();
                });
            } catch (RuntimeException | Error e) {
                parts.health().fail("the contents of inode " + ino + " cannot be kept", e);
                locked(this::stop);
                return;
            }
        }
    }

    /** The next group; without one this task ends. */
    private Optional<Group> first() {
        lock.lock();
        try {
            if (groups.isEmpty()) {
                stop();
            }
            return Optional.ofNullable(groups.peekFirst());
        } finally {
            lock.unlock();
        }
    }

    private void sealAndInstall(Group group) {
        List<List<FileMap.Placed>> placed = new ArrayList<>();
        for (Piece piece : group.pieces()) {
            if (!piece.cuts().isEmpty()) {
                placed.add(parts.sealers().seal(piece.bytes(), piece.start(), piece.cuts()));
            }
        }
        locked(() -> {
            owner.install(group, placed);
            removeFirst();
        });
    }

    private void removeFirst() {
        parts.space().dirty(-groups.removeFirst().bytes());
        done++;
        progress.signalAll();
    }

    private void stop() {
        running = false;
        progress.signalAll();
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
