package io.amberfs.fs;

import io.amberfs.block.Hands;
import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.ExtentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.codec.XattrCodec;
import io.amberfs.history.Changes;
import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.StillPast;
import io.amberfs.history.Volume;
import io.amberfs.model.Body;
import io.amberfs.model.Commit;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Errno;
import io.amberfs.model.ExitCode;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Refusal;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the present what an instant was, row by row of those that changed since, as one new commit: work grows with the changes, not with the tree.
 *
 * <ul>
 * <li>Nothing is changed before every row that is to come back was read. Nobody changes the drive meanwhile. The changes are recorded some at a time, with a note of what is under
 * way: a drive that ends in the middle goes on when it is opened.
 * <li>A file that is open stays what it is for who has it open, without a name; what comes back in its place is a new inode, as with programs that save.
 * </ul>
 *
 * <p>Confined to one thread; its locks are those of a {@link Recorder#rework recording}, the gate, and the {@link Tree}'s.
 */
final class Rollback implements Recorder.Rework {
    /** Rows in a recording: some 5 MB of memory. */
    private static final int STEP = 10_000;
    /** What a row that changes takes on disk, with its past and the note of its change, about. */
    private static final long ROW_BYTES = 400;
    private static final byte[] MARK = {1};

    private final Store store;
    private final Drive.Parts parts;
    private final Tree tree;
    /** As it was; while this works. */
    private StillPast then;
    private final long since;
    private final boolean isGoingOn;
    /** Open inodes, and what they are called by from now on, if anything. */
    private final Map<Long, Optional<Long>> aside = new HashMap<>();
    private final Set<Long> asideMaps = new HashSet<>();
    private long rows;

    /** @param isGoingOn whether it goes on with what was begun before the drive was opened */
    Rollback(Store store, Drive.Parts parts, Tree tree, long epoch, boolean isGoingOn) {
        this.store = store;
        this.parts = parts;
        this.tree = tree;
        this.isGoingOn = isGoingOn;
        since = epoch;
    }

    /** Rows that were looked at. */
    long rows() {
        return rows;
    }

    @Override
    public boolean isGoingOn() {
        return isGoingOn;
    }

    @Override
    public void run(Recorder.Step step) {
        tree.names().lock();
        try (Reading reading = store.reading(); StillPast past = parts.volume().stillAt(since); Hands.Held held = parts.sealers().hold()) {
            then = past;
            if (!isGoingOn) {
                require(reading);
            }
            Volume volume = parts.volume();
            long epoch = volume.epoch();
            List<byte[]> some = new ArrayList<>();
            step.record(batch -> volume.beginRollback(batch, since));
            setAside();
            Changes.rows(reading, volume.number(), since, epoch, key -> {
                some.add(key);
                if (some.size() == STEP) {
                    bringBack(some);
                    some.clear();
                    step.record(batch -> { });
                }
            });
            bringBack(some);
            tree.deleteOrphansHeld();
        } finally {
            tree.names().unlock();
        }
    }

    /** Reads all that is to come back, and asks for the room. */
    private void require(Reading reading) {
        Changes.rows(reading, parts.volume().number(), since, parts.volume().epoch(), key -> {
            rows++;
            try {
                then.get(key).ifPresent(value -> check(key, value));
            } catch (CorruptException e) {
                throw new Refusal(ExitCode.DAMAGE, "nothing was changed: of what is to come back something is damaged: " + e.getMessage()
                    + "; `amberfs restore --at` leaves out what it cannot read", e);
            }
        });
        try {
            parts.space().require(rows * ROW_BYTES);
        } catch (FsException e) {
            if (e.errno() == Errno.ENOSPC) {
                throw new Refusal(ExitCode.NO_SPACE, "nothing was changed: " + rows + " records would take " + rows * ROW_BYTES / (1 << 20) + " MiB, which the disk has not", e);
            }
            throw e;
        }
    }

    private static void check(byte[] key, byte[] value) {
        switch (RowKey.kindOf(key)) {
            case RowKey.INODE -> InodeCodec.decode(RowKey.numberOf(key), value);
            case RowKey.DIRENT -> DirentCodec.decode(value);
            case RowKey.REGION -> ExtentCodec.decodeRegion(value);
            default -> { }
        }
    }

    /** What is open and another than it was loses its names, and what it was comes back as another inode. */
    private void setAside() {
        for (OpenFile file : parts.files().all()) {
            Inode now = parts.records().inode(parts.head(), file.ino());
            Optional<Inode> was = parts.records().find(then, file.ino());
            if (was.isEmpty() || !Arrays.equals(InodeCodec.encode(was.get()), InodeCodec.encode(now))) {
                setAside(file, now, was);
            }
        }
    }

    private void setAside(OpenFile file, Inode now, Optional<Inode> was) {
        long ino = file.ino();
        int volume = parts.volume().number();
        note(now);
        was.ifPresent(this::note);
        try (Head.Change change = parts.head().begin()) {
            Optional<Long> other = was.filter(inode -> inode.nlink() > 0).map(inode -> copy(change, ino, inode));
            aside.put(ino, other);
            if (now.nlink() > 0) {
                links(ino).forEach(change::delete);
                parts.records().put(change, ino, now.withLinks(0).withPlace(0, Inode.NO_NAME));
                change.put(RowKey.of(volume, RowKey.ORPHAN, ino), MARK);
                file.naming().unlinked();
            }
        }
    }

    private void note(Inode inode) {
        if (inode.body() instanceof Body.Regions regions) {
            asideMaps.add(regions.map());
        }
    }

    private List<byte[]> links(long ino) {
        List<byte[]> keys = new ArrayList<>();
        byte[] prefix = RowKey.of(parts.volume().number(), RowKey.LINK, ino);
        try (Scan scan = parts.head().scan(prefix, prefix)) {
            while (scan.next()) {
                keys.add(scan.key());
            }
        }
        return keys;
    }

    private long copy(Head.Change change, long ino, Inode was) {
        Records records = parts.records();
        long other = parts.volume().newIno();
        records.put(change, other, was.withContents(was.size(), was.stored(), parts.contents().map().copy(change, then, was.body())));
        parts.volume().count(1, was.size());
        tree.xattrs().all(then, ino, was).forEach(xattr -> change.put(records.xattrKey(other, xattr.name()), XattrCodec.encode(xattr)));
        for (Links.Place place : tree.links().places(then, ino, was)) {
            records.putDirent(change, place.dir(), new Dirent(place.name(), other, was.mode() & Mode.TYPE));
            if (!place.is(was)) {
                change.put(RowKey.link(records.volume(), other, records.direntKey(place.dir(), place.name())), MARK);
            }
        }
        return other;
    }

    private void bringBack(List<byte[]> keys) {
        try (Head.Change change = parts.head().begin()) {
            keys.forEach(key -> bringBack(change, key));
        }
    }

    private void bringBack(Head.Change change, byte[] key) {
        int kind = RowKey.kindOf(key);
        boolean ofMap = kind == RowKey.REGION || kind == RowKey.REAP;
        if (ofMap ? asideMaps.contains(RowKey.numberOf(key)) : kind != RowKey.DIRENT && aside.containsKey(RowKey.numberOf(key))) {
            return;
        }
        Optional<byte[]> was = then.get(key);
        Optional<byte[]> now = parts.head().get(key);
        if (kind == RowKey.DIRENT) {
            was = was.map(this::renumbered);
        } else if (kind == RowKey.INODE) {
            count(RowKey.numberOf(key), was, now);
        } else if (kind == RowKey.REGION) {
            was.ifPresent(value -> parts.contents().map().name(ExtentCodec.decodeRegion(value)));
        }
        if (was.isPresent() && (now.isEmpty() || !Arrays.equals(was.get(), now.get()))) {
            change.put(key, was.get());
        } else if (was.isEmpty() && now.isPresent()) {
            change.delete(key);
        }
    }

    private byte[] renumbered(byte[] value) {
        Dirent dirent = DirentCodec.decode(value);
        return aside.getOrDefault(dirent.ino(), Optional.empty()).map(other -> DirentCodec.encode(new Dirent(dirent.name(), other, dirent.type()))).orElse(value);
    }

    private void count(long ino, Optional<byte[]> was, Optional<byte[]> now) {
        Optional<Inode> before = was.map(value -> InodeCodec.decode(ino, value));
        Optional<Inode> present = now.map(value -> InodeCodec.decode(ino, value));
        before.filter(inode -> inode.body() instanceof Body.Mapped).ifPresent(inode -> parts.contents().map().name(((Body.Mapped) inode.body()).extents()));
        parts.volume().count((before.isPresent() ? 1 : 0) - (present.isPresent() ? 1 : 0), before.map(Rollback::bytes).orElse(0L) - present.map(Rollback::bytes).orElse(0L));
        if (before.isEmpty() && present.isPresent()) {
            tree.removed().add(ino, present.get());
        }
    }

    private static long bytes(Inode inode) {
        return inode.isFile() ? inode.size() : 0;
    }

    /** Tells what that commit changed to who remembers the present. */
    static void tell(Store store, Drive.Parts parts, Commit commit, Invalidation invalidation) {
        int volume = parts.volume().number();
        try (Reading reading = store.reading(); StillPast before = parts.volume().stillAt(commit.epoch() - 1); StillPast after = parts.volume().stillAt(commit.epoch())) {
            Changes.rows(reading, volume, commit.epoch() - 1, commit.epoch(), key -> {
                Node node = new Node.Present(RowKey.numberOf(key));
                if (RowKey.kindOf(key) == RowKey.INODE || RowKey.kindOf(key) == RowKey.XATTR) {
                    invalidation.inode(node);
                } else if (RowKey.kindOf(key) == RowKey.DIRENT) {
                    after.get(key).or(() -> before.get(key)).map(DirentCodec::decode).ifPresent(dirent -> invalidation.entry(node, Name.of(dirent.name())));
                }
            });
        }
    }
}
