package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.model.Attr;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
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
    private static final byte[] NONE = {};
    private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);

    private final long ino;
    private final Drive.Parts parts;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final WriteBuffer buffer = new WriteBuffer();
    private final SealQueue sealing;
    private boolean discarded;
    private volatile boolean broken;
    private long size;
    private long touched;
    private long stamp;
    private final ReadAhead ahead;
    private volatile boolean unlinked;

    OpenFile(long ino, Inode inode, Drive.Parts parts) {
        this.ino = ino;
        this.parts = parts;
        size = inode.size();
        unlinked = inode.nlink() == 0;
        ahead = new ReadAhead(parts.contents());
        sealing = new SealQueue(ino, parts, lock.writeLock(), this);
    }

    long ino() {
        return ino;
    }

    /** Whether its last name is gone, so that its last user has to delete it. Written under the tree lock. */
    boolean isUnlinked() {
        return unlinked;
    }

    void unlinked(boolean unlinked) {
        this.unlinked = unlinked;
    }

    /** Runs {@code work} if there is nothing to install; nobody writes meanwhile. */
    void ifClean(Runnable work) {
        lock.readLock().lock();
        try {
            if (!dirty()) {
                work.run();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The inode as users see it: what is written but not installed counts. */
    Inode inode() {
        lock.readLock().lock();
        try {
            return seen(parts.records().inode(parts.head(), ino));
        } finally {
            lock.readLock().unlock();
        }
    }

    Attr attr() {
        return inode().attr(ino);
    }

    /** @return the offset that was written to: the end of the file if {@code append} */
    long write(long offset, byte[] source, int from, int length, boolean append, long now) {
        lock.writeLock().lock();
        try {
            long at = append ? size : offset;
            requireWhole();
            if (at < 0 || at > Limits.FILE_MAX - length) {
                throw new FsException(Errno.EFBIG);
            }
            parts.space().dirty(buffer.write(at, source, from, length));
            size = Math.max(size, at + length);
            touched = now;
            parts.files().dirty(this);
            if (buffer.hasFull()) {
                handOver(WriteBuffer.STRETCH_MAX);
            } else if (buffer.count() > STRETCHES_MAX) {
                handOver(0);
            }
            return at;
        } finally {
            lock.writeLock().unlock();
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
            Ranges ranges = new Ranges(offset, end);
            for (WriteBuffer.Stretch stretch : buffer.overlapping(offset, end)) {
                ranges.put(stretch.start(), stretch.bytes(), stretch.length(), offset, sink);
            }
            for (Iterator<SealQueue.Group> groups = sealing.newestFirst(); groups.hasNext();) {
                for (SealQueue.Piece piece : groups.next().pieces()) {
                    ranges.put(piece.start(), piece.bytes(), piece.length(), offset, sink);
                }
            }
            if (!ranges.isEmpty()) {
                Body body = parts.records().inode(parts.head(), ino).body();
                ahead.read(parts.head(), body, offset, end, size);
                ranges.left().forEach(range -> parts.contents().read(parts.head(), body, range.start(), range.end(), offset, sink));
            }
            return (int) (end - offset);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Sets the size; what is handed over is installed first, and so is what others write while this waits. */
    void truncate(long to, long now) {
        lock.writeLock().lock();
        try {
            do {
                if (to == 0) {
                    discardBuffer();
                } else if (dirty()) {
                    handOverAll();
                }
                sealing.awaitEmpty();
            } while (dirtyBytes());
            try (Head.Change change = parts.head().begin()) {
                Inode inode = parts.records().inode(parts.head(), ino);
                Inode after = parts.contents().map().truncate(change, inode, to).modified(now);
                parts.records().put(change, ino, after);
                parts.volume().count(0, after.size() - inode.size());
            }
            size = to;
            touched = 0;
        } finally {
            lock.writeLock().unlock();
        }
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
    }

    /** Hands all that is buffered to the sealers; {@link #await} waits for it. */
    void handOverAll() {
        lock.writeLock().lock();
        try {
            boolean underWay = sealing.last().filter(group -> group.touched() == touched).isPresent();
            if (!buffer.isEmpty() || touched != 0 && !underWay) {
                handOver(0);
            }
        } catch (CorruptException e) {
            giveUp(e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Bytes that are not handed over. */
    long buffered() {
        lock.readLock().lock();
        try {
            return buffer.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Hands over what is many bytes anyway, or {@code all}, so that a commit finds little left to do. */
    void handOverEarly(boolean all) {
        if (all) {
            handOverAll();
            return;
        }
        lock.writeLock().lock();
        try {
            if (buffer.hasAtLeast(EARLY_MIN)) {
                handOver(EARLY_MIN);
            }
        } catch (CorruptException e) {
            giveUp(e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Waits until all that was handed over before is installed, not for what others hand over meanwhile. @throws FsException EIO when it cannot be */
    void await() {
        settle();
        requireWhole();
    }

    /** As {@link #await}, but a file whose records are damaged does not hold up the others. @throws FsException EIO when the drive has failed */
    void settle() {
        lock.writeLock().lock();
        try {
            sealing.awaitPresent();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The file is gone: what is not installed is dropped. */
    void discard() {
        lock.writeLock().lock();
        try {
            discarded = true;
            discardBuffer();
            sealing.awaitEmpty();
            touched = 0;
        } finally {
            lock.writeLock().unlock();
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
    }

    /** Hands over the stretches of at least {@code lengthMin} bytes, but for an end that may grow on; 0 for all there is. */
    private void handOver(int lengthMin) {
        boolean all = lengthMin == 0;
        if (sealing.last().filter(SealQueue.Group::inline).isPresent()) {
            sealing.awaitEmpty();
        }
        Inode inode = parts.records().inode(parts.head(), ino);
        boolean small = inode.body() == Body.NONE || inode.body() instanceof Body.Inline;
        boolean inline = all && small && size <= FileMap.INLINE_MAX && sealing.isEmpty();
        long below = 0;
        if (!inline && sealing.isEmpty() && inode.body() instanceof Body.Inline old) {
            parts.space().dirty(buffer.underlay(old.bytes()));
            below = old.bytes().length;
        }
        Optional<LooseEnd> end = small || !sealing.isEmpty() ? Optional.empty() : Optional.of(new LooseEnd(parts, ino, inode.body()));
        List<SealQueue.Piece> pieces = new ArrayList<>();
        long behind = 0;
        for (Optional<WriteBuffer.Stretch> next = buffer.next(0, lengthMin); next.isPresent(); next = buffer.next(behind, lengthMin)) {
            WriteBuffer.Stretch stretch = next.get();
            long floor = Math.max(behind, buffer.endBelow(stretch.start()));
            byte[] before = end.map(e -> e.before(floor, stretch.start(), stretch.length())).orElse(NONE);
            SealQueue.Piece piece = inline ? inlinePiece(stretch) : piece(stretch, before, all && !buffer.goesOn(stretch));
            pieces.add(piece);
            behind = piece.end();
        }
        for (WriteBuffer.Stretch stretch : List.copyOf(buffer.overlapping(0, below))) {
            pieces.add(piece(stretch, NONE, true));
            behind = Math.max(behind, stretch.end());
        }
        sealing.add(new SealQueue.Group(pieces, buffer.isEmpty() ? size : behind, touched, stamp, inline));
    }

    private SealQueue.Piece inlinePiece(WriteBuffer.Stretch stretch) {
        buffer.remove(stretch);
        return new SealQueue.Piece(stretch.start(), stretch.bytes(), stretch.length(), List.of());
    }

    /** Takes a stretch out of the buffer, to be cut with the bytes {@code before} it, which the file has. What may still grow into a chunk stays, unless {@code last}. */
    private SealQueue.Piece piece(WriteBuffer.Stretch stretch, byte[] before, boolean last) {
        long start = stretch.start() - before.length;
        int length = before.length + stretch.length();
        byte[] bytes = stretch.bytes();
        if (before.length > 0) {
            bytes = Arrays.copyOf(before, length);
            System.arraycopy(stretch.bytes(), 0, bytes, before.length, stretch.length());
            parts.space().dirty(before.length);
        }
        List<Sealers.Cut> cuts = parts.sealers().cuts(bytes, length, last);
        int cut = cuts.isEmpty() ? 0 : cuts.get(cuts.size() - 1).end();
        buffer.remove(stretch);
        if (cut < length) {
            buffer.putBack(start + cut, bytes, cut, length - cut);
        }
        return new SealQueue.Piece(start, bytes, cut, cuts);
    }

    @Override
    public void install(SealQueue.Group group, List<List<FileMap.Placed>> placed) {
        if (discarded) {
            return;
        }
        try (Head.Change change = parts.head().begin()) {
            Inode before = parts.records().inode(parts.head(), ino);
            Inode inode = before;
            long sizeAfter = Math.max(before.size(), group.size());
            for (List<FileMap.Placed> chunks : placed) {
                inode = parts.contents().map().install(change, ino, inode, sizeAfter, chunks);
            }
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

    private void requireWhole() {
        if (broken) {
            throw new FsException(Errno.EIO, "the records of inode " + ino + " are damaged");
        }
    }
}
