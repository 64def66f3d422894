package io.amberfs.fs;

import io.amberfs.block.Hands;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

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

        /** Whether to seal it takes no longer than to wake a thread for that. */
        boolean isLittle() {
            return pieces.size() <= LITTLE_PIECES && pieces.stream().allMatch(piece -> piece.cuts().size() <= 1 && piece.length() <= LITTLE_BYTES);
        }
    }

    /** The first {@code length} bytes belong at {@code start} of the file. {@code slab}: they are in one of the {@link Slabs}. */
    record Piece(long start, byte[] bytes, int length, boolean slab, List<Sealers.Cut> cuts) {
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

    private static final int LITTLE_PIECES = 4;
    private static final int LITTLE_BYTES = 64 << 10;

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

    /** As {@link #add}, for who is about to wait for it. @return what the caller has to run, without the lock: it may be as quick as to wait */
    Runnable addHere(Group group) {
        if (running || !group.isLittle()) {
            add(group);
            return () -> { };
        }
        groups.add(group);
        running = true;
        return this::runHere;
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
        boolean more = true;
        while (more) {
            more = sealFirst();
        }
    }

    /** What others have added meanwhile is for the sealers. */
    private void runHere() {
        if (sealFirst()) {
            locked(() -> {
                if (groups.isEmpty()) {
                    stop();
                } else {
                    parts.sealers().execute(this::run);
                }
            });
        }
    }

    /** @return false if there was nothing left, or no more can be sealed */
    private boolean sealFirst() {
        Optional<Group> group = first();
        try {
            group.ifPresent(this::sealAndInstall);
        } catch (CorruptException e) {
            locked(() -> {
                owner.giveUp(e);
                // Other threads may still be at chunks of it.
                removeFirst(piece -> parts.slabs().forsake());
            });
        } catch (RuntimeException | Error e) {
            parts.health().fail("the contents of inode " + ino + " cannot be kept", e);
            locked(this::stop);
            return false;
        }
        return group.isPresent();
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
        try (Hands.Held held = parts.sealers().hold()) {
            List<List<FileMap.Placed>> placed = parts.sealers().seal(group.pieces());
            locked(() -> {
                owner.install(group, placed);
                removeFirst(piece -> parts.slabs().give(piece.bytes()));
            });
        }
    }

    private void removeFirst(Consumer<Piece> slab) {
        Group first = groups.removeFirst();
        first.pieces().stream().filter(Piece::slab).forEach(slab);
        parts.space().dirty(-first.bytes());
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
