package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.history.Journal;
import io.amberfs.model.Attr;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular file of the present that is open or has bytes which are not installed yet.
 *
 * <pre>write -> buffer -> (hand over) -> sealing, in order -> (install) -> head</pre>
 *
 * <ul>
 * <li>A read sees the buffer above what is being sealed above what is installed.
 * <li>What is handed over is installed in that order. When buffer and sealing are empty, size and times in the head are those of the file.
 * <li>{@code touched} is the time of the last write that is not in the head yet, 0 for none; times that a user sets end it ({@code stamp} counts these).
 * </ul>
 *
 * <p>{@code lock} guards all fields.
 */
final class OpenFile implements SealQueue.Owner {
    private static final int EARLY_MIN = 512 << 10;
    /** Scattered small writes take more memory than their bytes: they are handed over by number as well. */
    private static final int STRETCHES_MAX = 4096;
    private static final int SCATTERED = 64;
    private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);

    private final long ino;
    private final Drive.Parts parts;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final WriteBuffer buffer;
    private final SealQueue sealing;
    private boolean discarded;
    private volatile boolean broken;
    private long size;
    private long touched;
    private long stamp;
    private final ReadAhead ahead;
    private final Overlay overlay;
    private final Naming naming;
    private final JournaledFile journaled;

    OpenFile(long ino, Inode inode, Drive.Parts parts) {
        this.ino = ino;
        this.parts = parts;
        size = inode.size();
        naming = new Naming(inode.nlink());
        buffer = new WriteBuffer(parts.slabs());
        ahead = new ReadAhead(parts.contents()::prefetch);
        sealing = new SealQueue(ino, parts, lock.writeLock(), this);
        overlay = new Overlay(buffer, sealing);
        journaled = new JournaledFile(this, parts.journaling());
    }

    long ino() {
        return ino;
    }

    Naming naming() {
        return naming;
    }

    /** Runs {@code work} if there is nothing to install; nobody writes meanwhile. */
    void ifClean(Runnable work) {
        reading(() -> {
            if (!dirty()) {
                work.run();
            }
            return null;
        });
    }

    /** The inode as users see it: what is written but not installed counts. */
    Inode inode() {
        return reading(() -> seen(parts.records().inode(parts.head(), ino)));
    }

    Attr attr() {
        return inode().attr(ino);
    }

    /** @return the offset that was written to: the end of the file if {@code append} */
    long write(long offset, Source source, int length, boolean append, long now) {
        try (Gate.Pass held = hold()) {
            long at = append ? size : offset;
            requireWhole();
            if (at < 0 || at > Limits.FILE_MAX - length) {
                throw new FsException(Errno.EFBIG);
            }
            put(at, source, length);
            touched = now;
            journaled.wrote(at, length);
            if (buffer.hasFull()) {
                handOver(WriteBuffer.STRETCH_MAX);
            } else if (buffer.count() > STRETCHES_MAX) {
                handOver(0);
            }
            return at;
        }
    }

    private void put(long at, Source source, int length) {
        parts.space().dirty(buffer.write(at, source, length));
        size = Math.max(size, at + length);
        parts.files().dirty(this);
    }

    /** Does once more what the journal has. */
    void replay(Journal.Written written) {
        try (Gate.Pass held = hold()) {
            written.pieces().forEach(piece -> put(piece.offset(), Source.of(piece.bytes(), 0), piece.bytes().length));
            touched = written.touched();
            journaled.replayed(touched);
        }
    }

    /** Whether what was written last may go into the journal. */
    boolean isJournalable() {
        return reading(() -> sealing.isEmpty() && journaled.isLittle());
    }

    /** What is new to the journal, which has it from now on; empty if that is too much, or not in the buffer. {@code timesOnly}: just that times were set. */
    Optional<List<Journal.Written>> journal(boolean timesOnly) {
        try (Gate.Pass held = hold()) {
            return timesOnly ? Optional.of(List.of(journaled.timesOnly())) : sealing.isEmpty() ? journaled.next(buffer, touched) : Optional.empty();
        }
    }

    /** @return bytes read, fewer than {@code length} only at the end of the file */
    int read(long offset, int length, Sink sink) {
        lock.readLock().lock();
        try {
            long end = Math.min(size, offset + Math.min(length, Limits.FILE_MAX));
            if (offset < 0 || offset >= end) {
                return 0;
            }
            List<Ranges.Range> left = overlay.read(offset, end, sink);
            if (!left.isEmpty()) {
                Body body = parts.records().inode(parts.head(), ino).body();
                ahead.read(parts.head(), body, offset, end, size);
                left.forEach(range -> parts.contents().read(parts.head(), body, range.start(), range.end(), offset, sink));
            }
            return (int) (end - offset);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Shows the record as it is installed, of which nothing changes meanwhile. */
    <T> T installed(Function<Inode, T> look) {
        return reading(() -> look.apply(parts.records().inode(parts.head(), ino)));
    }

    /** What {@code look} answers; what is not installed counts as bytes of the file. */
    long seek(long offset, ToLongFunction<Seek> look) {
        return reading(() -> look.applyAsLong(new Seek(parts.contents().map(), parts.head(), parts.records().inode(parts.head(), ino), size, overlay.behind(Math.max(offset, 0)))));
    }

    /** Sets the size; what is handed over is installed first, and so is what others write while this waits. */
    void truncate(long to, long now) {
        try (Gate.Pass held = hold()) {
            do {
                if (to == 0) {
                    discardBuffer();
                } else if (dirty()) {
                    handOverAll();
                }
                sealing.awaitEmpty();
            } while (dirtyBytes());
            change(now, (change, inode) -> parts.contents().map().truncate(change, ino, inode, to));
        }
    }

    /**
     * Changes contents and record in one step, when all that was written is installed, also what others write while this waits.
     *
     * @param mapped whether {@code how} needs contents that are in blocks, not in the inode
     */
    void alter(long now, boolean mapped, BiFunction<Head.Change, Inode, Inode> how) {
        try (Gate.Pass held = hold()) {
            do {
                handOverAll(mapped && isInline(), sealing::add);
                sealing.awaitEmpty();
                requireWhole();
            } while (dirtyBytes() || mapped && isInline());
            change(now, how);
        }
    }

    private <T> T reading(Supplier<T> look) {
        lock.readLock().lock();
        try {
            return look.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    private boolean isInline() {
        return parts.records().inode(parts.head(), ino).body() instanceof Body.Inline;
    }

    /** When nothing waits to be installed. */
    private void change(long now, BiFunction<Head.Change, Inode, Inode> how) {
        try (Head.Change change = parts.head().begin()) {
            Inode inode = parts.records().inode(parts.head(), ino);
            Inode after = how.apply(change, inode).modified(now);
            parts.records().put(change, ino, after);
            parts.volume().count(0, after.size() - inode.size());
            size = after.size();
        }
        touched = 0;
    }

    /** Keeps everybody else out until it is closed; by one thread. */
    Gate.Pass hold() {
        lock.writeLock().lock();
        return lock.writeLock()::unlock;
    }

    /** The record of the inode with the times of what is not installed. To be called with {@link #hold}. */
    Inode written() {
        Inode inode = parts.records().inode(parts.head(), ino);
        return touched == 0 ? inode : inode.withTimes(inode.atime(), touched, Math.max(inode.ctime(), touched));
    }

    /** mtime was set: it stands above that of the writes before. To be called with {@link #hold}. */
    void timesSet() {
        stamp++;
        touched = 0;
        journaled.timesSet();
    }

    /** Hands all that is buffered to the sealers; {@link #await} waits for it. */
    void handOverAll() {
        handOverAll(false, sealing::add);
    }

    /** As {@link #handOverAll} and {@link #await}; little is sealed by the caller. */
    void installAll() {
        installHere();
        requireWhole();
    }

    /** As {@link #installAll}, but a file whose records are damaged does not hold up the others. */
    void installHere() {
        List<Runnable> here = new ArrayList<>();
        handOverAll(false, group -> here.add(sealing.addHere(group)));
        here.forEach(Runnable::run);
        settle();
    }

    /** @param mapped whether also what the inode has itself is to be put into a block */
    private void handOverAll(boolean mapped, Consumer<SealQueue.Group> to) {
        try (Gate.Pass held = hold()) {
            boolean underWay = sealing.last().filter(group -> group.touched() == touched).isPresent();
            if (mapped || !buffer.isEmpty() || touched != 0 && !underWay) {
                handOver(0, mapped, to);
            }
        } catch (CorruptException e) {
            giveUp(e);
        }
    }

    /** Bytes that are not handed over. */
    long buffered() {
        return reading(() -> buffer.size());
    }

    /** Hands over what is many bytes or scattered anyway, or {@code all}, so that a commit finds little left to do. */
    void handOverEarly(boolean all) {
        try (Gate.Pass held = hold()) {
            if (all || buffer.count() > SCATTERED) {
                handOverAll();
            } else if (buffer.hasAtLeast(EARLY_MIN)) {
                handOver(EARLY_MIN);
            }
        } catch (CorruptException e) {
            giveUp(e);
        }
    }

    /** Waits until all that was handed over before is installed, not for what others hand over meanwhile. @throws FsException EIO when it cannot be */
    void await() {
        settle();
        requireWhole();
    }

    /** As {@link #await}, but a file whose records are damaged does not hold up the others. @throws FsException EIO when the drive has failed */
    void settle() {
        try (Gate.Pass held = hold()) {
            sealing.awaitPresent();
        }
    }

    /** The file is gone: what is not installed is dropped. */
    void discard() {
        try (Gate.Pass held = hold()) {
            discarded = true;
            discardBuffer();
            sealing.awaitEmpty();
            touched = 0;
        }
    }

    private boolean dirty() {
        return dirtyBytes() || touched != 0;
    }

    private boolean dirtyBytes() {
        return !buffer.isEmpty() || !sealing.isEmpty();
    }

    private Inode seen(Inode inode) {
        if (!dirty()) {
            return inode;
        }
        long mtime = touched != 0 ? touched : inode.mtime();
        long stored = Math.min(Math.max(inode.stored(), 0) + buffer.size() + sealing.bytes(), size);
        return inode.withTimes(inode.atime(), mtime, Math.max(inode.ctime(), touched)).withContents(size, stored, inode.body());
    }

    private void discardBuffer() {
        parts.space().dirty(-buffer.size());
        buffer.clear();
        if (!discarded) {
            journaled.taken(true);
        }
    }

    /** Hands over the stretches of at least {@code lengthMin} bytes, but for an end that may grow on; 0 for all there is. */
    private void handOver(int lengthMin) {
        handOver(lengthMin, false, sealing::add);
    }

    private void handOver(int lengthMin, boolean mapped, Consumer<SealQueue.Group> to) {
        if (sealing.last().filter(SealQueue.Group::inline).isPresent()) {
            sealing.awaitEmpty();
        }
        SealQueue.Group group = new Cutting(parts, ino, buffer, sealing, mapped).group(lengthMin, size, touched, stamp);
        journaled.taken(buffer.isEmpty());
        to.accept(group);
    }

    @Override
    public void install(SealQueue.Group group, List<List<FileMap.Placed>> placed) {
        if (discarded) {
            return;
        }
        try (Head.Change change = parts.head().begin()) {
            Inode before = parts.records().inode(parts.head(), ino);
            long sizeAfter = Math.max(before.size(), group.size());
            Inode inode = parts.contents().map().install(change, ino, before, sizeAfter, placed);
            inode = group.inline() ? parts.contents().map().inline(inode, group.size(), group.pieces()) : inode.withContents(sizeAfter, inode.stored(), inode.body());
            if (group.touched() != 0 && group.stamp() == stamp) {
                inode = inode.withTimes(inode.atime(), group.touched(), Math.max(inode.ctime(), group.touched()));
                touched = group.touched() == touched && buffer.isEmpty() ? 0 : touched;
            }
            parts.records().put(change, ino, inode);
            parts.volume().count(0, inode.size() - before.size());
        }
    }

    @Override
    public void giveUp(CorruptException damage) {
        LOG.error("what was written to inode {} is lost, since its records are damaged: {}. Restore the file from before the damage", ino, damage.getMessage());
        broken = true;
        touched = 0;
        discardBuffer();
    }

    /** @throws FsException EIO when what was written could not be put among its records */
    void requireWhole() {
        if (broken) {
            throw new FsException(Errno.EIO, "the records of inode " + ino + " are damaged");
        }
    }
}
