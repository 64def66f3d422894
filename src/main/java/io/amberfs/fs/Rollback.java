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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the present what an instant was, row by row of those that changed since, as one new commit: work grows with the changes, not with the tree.
 *
 * <ul>
 * <li>Nothing is changed before every row that is to come back was read. Nobody changes or sees the drive meanwhile. The changes are recorded some at a time, with a note of what
 * is under way: a drive that ends in the middle goes on when it is opened. If what is to come back cannot be read then, it goes back to where it began instead, but for what is
 * damaged there, too.
 * <li>A file that is open stays what it is for who has it open, without a name; what comes back in its place is a new inode, as with programs that save. Other files and what was
 * gone are {@link Invalidation#renewed renewed}.
 * <li>A damaged record of the present is another than any of then: what was comes back.
 * </ul>
 *
 * <p>Confined to one thread; its locks are those of a {@link Recorder#rework recording}, the gate, and the {@link Tree}'s.
 */
final class Rollback implements Recorder.Rework {
    private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);
    /** Rows in a recording, at most, and the memory they may take. */
    private static final int STEP_ROWS = 10_000;
    private static final long STEP_BYTES = 8 << 20;
    /** What a row that changes takes on disk beside its value then and now: with its past and the note of its change, about. */
    private static final long ROW_BYTES = 250;
    private static final byte[] MARK = {1};
    private static final byte[] DAMAGED = {};

    private final Store store;
    private final Drive.Parts parts;
    private final Tree tree;
    private final Volume volume;
    private final Invalidation invalidation;
    private final boolean isGoingOn;
    private long since;
    /** Whether what cannot be read is left as it is. */
    private boolean isLenient;
    /** As it was; between locking and unlocking. */
    private StillPast then;
    private Recorder.Step step;
    private int unrecorded;
    /** Open inodes, and what they are called by from now on, if anything. */
    private final Map<Long, Optional<Long>> aside = new HashMap<>();
    private final Set<Long> asideMaps = new HashSet<>();
    private long[] renewed = new long[16];
    private int renewals;
    private long rows;
    private long bytes;

    /** @param isGoingOn whether it goes on with what was begun before the drive was opened */
    Rollback(Store store, Drive.Parts parts, Tree tree, long epoch, Invalidation invalidation, boolean isGoingOn) {
        this.store = store;
        this.parts = parts;
        this.tree = tree;
        this.invalidation = invalidation;
        this.isGoingOn = isGoingOn;
        volume = parts.volume();
        since = epoch;
    }

    @Override
    public boolean isGoingOn() {
        return isGoingOn;
    }

    @Override
    public Gate.Pass lock() {
        then = volume.stillAt(since);
        Hands.Held held = parts.sealers().hold();
        tree.names().lock();
        return () -> {
            tree.names().unlock();
            held.close();
            then.close();
        };
    }

    /** Reads all that is to come back, and asks for the room. */
    @Override
    public void prepare() {
        try {
            readAll();
        } catch (CorruptException e) {
            if (!isGoingOn) {
                throw new Refusal(ExitCode.DAMAGE, "nothing was changed: of what is to come back something is damaged: " + e.getMessage()
                    + "; `amberfs restore --at` leaves out what it cannot read", e);
            }
            LOG.error("a rollback that was under way cannot go on, since something is damaged: {}; the drive goes back to what it was before", e.getMessage());
            isLenient = true;
            since = volume.timeline().newestEpoch();
            StillPast newest = volume.stillAt(since);
            then.close();
            then = newest;
        }
        try {
            parts.space().require(bytes);
        } catch (FsException e) {
            if (e.errno() == Errno.ENOSPC) {
                throw new Refusal(ExitCode.NO_SPACE, (isGoingOn ? "" : "nothing was changed: ") + rows + " records would take " + (bytes / (1 << 20) + 1)
                    + " MiB, which the disk has not", e);
            }
            throw e;
        }
    }

    private void readAll() {
        each(key -> {
            Optional<byte[]> was = then.get(key);
            was.ifPresent(value -> check(key, value));
            count(was.map(value -> value.length).orElse(0) + now(key).map(value -> value.length).orElse(0));
        });
        opened((file, now, was) -> {
            if (was.isPresent()) {
                tree.xattrs().all(then, file.ino(), was.get());
                tree.links().places(then, file.ino(), was.get());
                parts.contents().map().regions(then, was.get().body(), region -> count(region.getValue().size() * 16));
            }
        });
    }

    private void count(int length) {
        rows++;
        bytes += ROW_BYTES + length;
    }

    private void each(Consumer<byte[]> taker) {
        try (Reading reading = store.reading()) {
            Changes.rows(reading, volume.number(), since, volume.epoch(), taker);
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

    private interface Opened {
        void another(OpenFile file, Inode now, Optional<Inode> was);
    }

    /** Each open file that is another than it was. */
    private void opened(Opened taker) {
        for (OpenFile file : parts.files().all()) {
            Inode now = parts.records().inode(parts.head(), file.ino());
            Optional<Inode> was = parts.records().find(then, file.ino());
            if (was.isEmpty() || !Arrays.equals(InodeCodec.encode(was.get()), InodeCodec.encode(now))) {
                taker.another(file, now, was);
            }
        }
    }

    @Override
    public void run(Recorder.Step recording) {
        step = recording;
        recording.record(batch -> volume.beginRollback(batch, since));
        opened(this::setAside);
        each(this::bringBack);
        tree.deleteOrphansHeld();
        renewed = Arrays.stream(renewed, 0, renewals).sorted().distinct().toArray();
        invalidation.renewed(renewed);
    }

    private void put(byte[] key, byte[] value) {
        change(change -> change.put(key, value));
    }

    /** One change, and a recording where there is enough for one. It need not come whole, since nobody sees it. */
    private void change(Consumer<Head.Change> work) {
        try (Head.Change change = parts.head().begin()) {
            work.accept(change);
        }
        unrecorded++;
        if (unrecorded >= STEP_ROWS || parts.head().unrecordedBytes() >= STEP_BYTES) {
            unrecorded = 0;
            step.record(batch -> { });
        }
    }

    /** What is open and another than it was loses its names, and what it was comes back as another inode. */
    private void setAside(OpenFile file, Inode now, Optional<Inode> was) {
        long ino = file.ino();
        note(now);
        was.ifPresent(this::note);
        aside.put(ino, was.filter(inode -> inode.nlink() > 0).map(inode -> copy(ino, inode)));
        if (now.nlink() > 0) {
            change(change -> {
                links(ino).forEach(change::delete);
                parts.records().put(change, ino, now.withLinks(0).withPlace(0, Inode.NO_NAME));
                change.put(RowKey.of(volume.number(), RowKey.ORPHAN, ino), MARK);
            });
            file.naming().unlinked();
        }
    }

    private void note(Inode inode) {
        if (inode.body() instanceof Body.Regions regions) {
            asideMaps.add(regions.map());
        }
    }

    private List<byte[]> links(long ino) {
        List<byte[]> keys = new ArrayList<>();
        byte[] prefix = RowKey.of(volume.number(), RowKey.LINK, ino);
        try (Scan scan = parts.head().scan(prefix, prefix)) {
            while (scan.next()) {
                keys.add(scan.key());
            }
        }
        return keys;
    }

    private long copy(long ino, Inode was) {
        Records records = parts.records();
        long other = volume.newIno();
        Body body = parts.contents().map().copy(then, was.body(), this::put);
        change(change -> {
            records.put(change, other, was.withContents(was.size(), was.stored(), body));
            volume.count(1, was.size());
            tree.xattrs().all(then, ino, was).forEach(xattr -> change.put(records.xattrKey(other, xattr.name()), XattrCodec.encode(xattr)));
            for (Links.Place place : tree.links().places(then, ino, was)) {
                records.putDirent(change, place.dir(), new Dirent(place.name(), other, was.mode() & Mode.TYPE));
                if (!place.is(was)) {
                    change.put(RowKey.link(records.volume(), other, records.direntKey(place.dir(), place.name())), MARK);
                }
            }
        });
        return other;
    }

    private void bringBack(byte[] key) {
        int kind = RowKey.kindOf(key);
        boolean ofMap = kind == RowKey.REGION || kind == RowKey.REAP;
        if (ofMap ? asideMaps.contains(RowKey.numberOf(key)) : kind != RowKey.DIRENT && aside.containsKey(RowKey.numberOf(key))) {
            return;
        }
        Optional<byte[]> was;
        try {
            was = then.get(key);
            was.ifPresent(value -> check(key, value));
        } catch (CorruptException e) {
            if (!isLenient) {
                throw e;
            }
            LOG.error("left as the rollback had made it: {}", e.getMessage());
            return;
        }
        bringBack(key, kind, was, now(key));
    }

    private void bringBack(byte[] key, int kind, Optional<byte[]> before, Optional<byte[]> now) {
        Optional<byte[]> was = before;
        if (kind == RowKey.DIRENT) {
            was = was.map(this::renumbered);
        } else if (kind == RowKey.INODE) {
            inode(RowKey.numberOf(key), was, now);
        } else if (kind == RowKey.REGION) {
            was.ifPresent(value -> parts.contents().map().name(ExtentCodec.decodeRegion(value)));
        }
        if (was.isPresent() && (now.isEmpty() || !Arrays.equals(was.get(), now.get()))) {
            put(key, was.get());
        } else if (was.isEmpty() && now.isPresent()) {
            change(change -> change.delete(key));
        }
    }

    private Optional<byte[]> now(byte[] key) {
        try {
            Optional<byte[]> now = parts.head().get(key);
            now.ifPresent(value -> check(key, value));
            return now;
        } catch (CorruptException e) {
            LOG.warn("goes with the rollback: {}", e.getMessage());
            return Optional.of(DAMAGED);
        }
    }

    private byte[] renumbered(byte[] value) {
        Dirent dirent = DirentCodec.decode(value);
        return aside.getOrDefault(dirent.ino(), Optional.empty()).map(other -> DirentCodec.encode(new Dirent(dirent.name(), other, dirent.type()))).orElse(value);
    }

    private void inode(long ino, Optional<byte[]> was, Optional<byte[]> now) {
        Optional<Inode> before = was.map(value -> InodeCodec.decode(ino, value));
        // Of a damaged one nobody knows the size.
        Optional<Inode> present = now.flatMap(value -> value == DAMAGED ? before : Optional.of(InodeCodec.decode(ino, value)));
        before.filter(inode -> inode.body() instanceof Body.Mapped).ifPresent(inode -> parts.contents().map().name(((Body.Mapped) inode.body()).extents()));
        volume.count((was.isPresent() ? 1 : 0) - (now.isPresent() ? 1 : 0), before.map(Rollback::bytes).orElse(0L) - present.map(Rollback::bytes).orElse(0L));
        if (before.isEmpty()) {
            present.ifPresent(inode -> tree.removed().add(ino, inode));
        } else if (now.isEmpty() || before.get().isFile() && !Arrays.equals(was.get(), now.get())) {
            tree.removed().forget(ino);
            renew(ino);
        }
    }

    private void renew(long ino) {
        if (renewals == renewed.length) {
            renewed = Arrays.copyOf(renewed, renewals * 2);
        }
        renewed[renewals++] = ino;
    }

    private static long bytes(Inode inode) {
        return inode.isFile() ? inode.size() : 0;
    }

    /** Tells what the commit changed to who remembers the present. What is damaged cannot be told of. */
    void tell(Commit commit) {
        try (Reading reading = store.reading(); StillPast before = volume.stillAt(commit.epoch() - 1); StillPast after = volume.stillAt(commit.epoch())) {
            Changes.rows(reading, volume.number(), commit.epoch() - 1, commit.epoch(), key -> {
                try {
                    tell(key, before, after);
                } catch (CorruptException e) {
                    LOG.error("a program may go on seeing what was there before the rollback: {}", e.getMessage());
                }
            });
        }
    }

    private void tell(byte[] key, StillPast before, StillPast after) {
        long number = RowKey.numberOf(key);
        Node node = new Node.Present(number);
        if (RowKey.kindOf(key) == RowKey.INODE && Arrays.binarySearch(renewed, number) >= 0) {
            parts.records().find(after, number).ifPresent(inode -> tree.links().places(after, number, inode)
                .forEach(place -> invalidation.entry(new Node.Present(place.dir()), Name.of(place.name()))));
        } else if (RowKey.kindOf(key) == RowKey.INODE || RowKey.kindOf(key) == RowKey.XATTR) {
            invalidation.inode(node);
        } else if (RowKey.kindOf(key) == RowKey.DIRENT) {
            after.get(key).or(() -> before.get(key)).map(DirentCodec::decode).ifPresent(dirent -> invalidation.entry(node, Name.of(dirent.name())));
        }
    }
}
