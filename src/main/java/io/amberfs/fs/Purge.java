package io.amberfs.fs;

import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.history.Lifetimes;
import io.amberfs.history.Revision;
import io.amberfs.history.RowKey;
import io.amberfs.history.StillPast;
import io.amberfs.history.Volume;
import io.amberfs.model.Body;
import io.amberfs.model.Dirent;
import io.amberfs.model.ExitCode;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.PurgeNote;
import io.amberfs.model.Refusal;
import io.amberfs.model.Snapshot;
import io.amberfs.store.Batch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Removes a file or tree from all commits but the newest: what {@link FileLog} follows, all that the path ever led to, what each of these inodes was before, all that lay
 * below it, by all its names. What was moved out of a directory keeps its history from then on.
 *
 * <p>Work grows with the versions of what goes. It goes in batches, what lies deepest first, and each leaves commits that are whole: what a crash left is found by the same path
 * again. Confined to one thread, while no commit is let go.
 */
final class Purge {
    /** Versions of rows that change in one batch, about. */
    private static final int TOGETHER = 4000;
    /** What can go at once: each takes some 200 bytes of memory. */
    private static final int LIVES_MAX = 400_000;
    /** Paths that are told. */
    private static final int ELSEWHERE_MAX = 20;
    private static final Function<byte[], Optional<byte[]>> NOTHING = value -> Optional.empty();

    private final Drive.Parts parts;
    private final Volume volume;
    private final FileLog log;
    private final long newest;
    /** What goes, each behind the directory it was in. */
    private final List<FileLog.Held> lives = new ArrayList<>();
    private final Map<Long, List<FileLog.Held>> livesOf = new HashMap<>();
    /** What is there to this day. */
    private final Set<Long> staying = new HashSet<>();
    private final List<Long> elsewhere = new ArrayList<>();
    private long versions;

    Purge(Drive.Parts parts) {
        this.parts = parts;
        volume = parts.volume();
        log = new FileLog(parts);
        newest = volume.timeline().newestEpoch();
    }

    /**
     * Finds what goes.
     *
     * @throws Refusal ERROR when there never was anything
     * @throws io.amberfs.model.CorruptException when a record cannot be read, so that nobody knows what it is of
     */
    void look(List<Name> path) {
        Deque<FileLog.Held> found = new ArrayDeque<>();
        List<FileLog.Held> all = new ArrayList<>(log.held(path));
        if (all.isEmpty()) {
            throw new Refusal(ExitCode.ERROR, "there never was a '" + path.stream().map(Name::toString).collect(Collectors.joining("/"))
                + "' in the drive, as far as its history is kept");
        }
        all.addAll(log.ever(path));
        all.forEach(held -> add(held, found));
        // What they were before they came there, such as the file beside it that a program saves to first. Behind the others, so that it goes ahead of them: what the path
        // still leads to after a crash is then no more than before.
        all.forEach(held -> inodes(held.ino()).stream().findFirst().ifPresent(first -> add(new FileLog.Held(held.ino(), first.from(), held.from()), found)));
        while (!found.isEmpty()) {
            children(found.removeFirst(), found);
        }
        try (StillPast now = volume.stillAt(newest)) {
            livesOf.keySet().stream().filter(ino -> !staying.contains(ino) && parts.records().find(now, ino).filter(inode -> inode.parent() != 0).isPresent())
                .sorted().limit(ELSEWHERE_MAX).forEach(elsewhere::add);
        }
    }

    /** Inodes that go from at least one commit. */
    int files() {
        return livesOf.size();
    }

    /** Versions of those that go. */
    long versions() {
        return versions;
    }

    /** The first epoch from which something goes; Long.MAX_VALUE when nothing does. */
    long first() {
        return lives.stream().mapToLong(FileLog.Held::from).min().orElse(Long.MAX_VALUE);
    }

    /** Whether something goes from that commit. */
    boolean isHit(long epoch) {
        return lives.stream().anyMatch(life -> life.from() <= epoch && epoch < life.until());
    }

    /** Where in the present something is that the path once led to, or was below it, and no longer; some of them. */
    List<byte[]> elsewhere() {
        return elsewhere.stream().map(log::lastPath).toList();
    }

    /** The part of a life that is not known yet, without the newest commit. */
    private void add(FileLog.Held held, Collection<FileLog.Held> found) {
        FileLog.Held wide = widened(held);
        if (wide.until() > newest) {
            staying.add(held.ino());
        }
        List<FileLog.Held> left = new ArrayList<>(List.of(new FileLog.Held(held.ino(), wide.from(), Math.min(wide.until(), newest))));
        for (FileLog.Held known : livesOf.getOrDefault(held.ino(), List.of())) {
            left = left.stream().flatMap(one -> List.of(new FileLog.Held(one.ino(), one.from(), Math.min(one.until(), known.from())),
                new FileLog.Held(one.ino(), Math.max(one.from(), known.until()), one.until())).stream()).toList();
        }
        left.stream().filter(one -> one.from() < one.until()).forEach(one -> {
            if (lives.size() == LIVES_MAX) {
                throw new Refusal(ExitCode.ERROR, "nothing was purged: there are more than " + LIVES_MAX + " files below it; purge its directories one by one");
            }
            lives.add(one);
            livesOf.computeIfAbsent(one.ino(), ino -> new ArrayList<>()).add(one);
            found.add(one);
        });
    }

    /** With the time before and after in which it had no name at all, since it was only open. */
    private FileLog.Held widened(FileLog.Held held) {
        long from = held.from();
        long until = held.until();
        for (Lifetimes.Version version : inodes(held.ino())) {
            boolean nameless = InodeCodec.decode(held.ino(), version.value()).nlink() == 0;
            if (nameless && version.until() == from) {
                from = version.from();
            } else if (nameless && version.from() == until) {
                until = version.until();
            }
        }
        return new FileLog.Held(held.ino(), from, until);
    }

    private void children(FileLog.Held life, Collection<FileLog.Held> found) {
        boolean isDirectory = false;
        for (Lifetimes.Version version : inodes(life.ino())) {
            if (version.from() < life.until() && life.from() < version.until()) {
                isDirectory |= InodeCodec.decode(life.ino(), version.value()).isDirectory();
                versions++;
            }
        }
        if (isDirectory) {
            long until = life.until() == newest && staying.contains(life.ino()) ? Long.MAX_VALUE : life.until();
            each(RowKey.DIRENT, life.ino(), (key, version) -> {
                Dirent dirent = DirentCodec.decode(version.value());
                add(new FileLog.Held(dirent.ino(), Math.max(life.from(), version.from()), Math.min(until, version.until())), found);
            });
        }
    }

    /** @throws Refusal HELD when a snapshot of which something would go is held */
    void requireFree(Snapshots snapshots) {
        for (Snapshot snapshot : volume.timeline().snapshots()) {
            if (snapshots.isHeld(snapshot) && isHit(snapshot.epoch())) {
                throw new Refusal(ExitCode.HELD, "nothing is purged: it is in the snapshot '" + snapshot.name() + "', which is held: `amberfs snapshot release "
                    + snapshot.name() + "` first, if it can be");
            }
        }
    }

    /**
     * Removes it.
     *
     * @param note is written with the first of it
     * @throws Refusal ERROR when something of it is open; what was not removed yet is found again
     * @throws io.amberfs.model.CorruptException when a row cannot be read that the chain of commits has
     */
    void run(Retainer retainer, PurgeNote note) {
        for (int next = lives.size(); next > 0; ) {
            boolean isFirst = next == lives.size();
            int[] left = {next};
            boolean done = retainer.revise(this::isHit, () -> {
                Batch batch = new Batch();
                Revision revision = volume.revision();
                do {
                    remove(revision, lives.get(--left[0]));
                } while (left[0] > 0 && revision.changes() < TOGETHER);
                revision.addTo(batch);
                if (isFirst) {
                    volume.purges().add(batch, note);
                }
                return batch;
            });
            if (!done) {
                throw new Refusal(ExitCode.ERROR, "a program has something open in .snapshots in which this is: close it, then purge again");
            }
            next = left[0];
        }
    }

    private void remove(Revision revision, FileLog.Held life) {
        long ino = life.ino();
        long behind = life.until();
        Set<Long> maps = new LinkedHashSet<>();
        boolean goesOn = false;
        for (Lifetimes.Version version : inodes(ino)) {
            goesOn |= version.from() <= behind && behind < version.until();
            long from = Math.max(version.from(), life.from());
            long until = Math.min(version.until(), life.until());
            if (from < until) {
                Inode inode = InodeCodec.decode(ino, version.value());
                name(revision, ino, inode, from, until);
                if (inode.body() instanceof Body.Regions regions) {
                    maps.add(regions.map());
                }
            }
        }
        each(RowKey.LINK, ino, (key, version) -> {
            long from = Math.max(version.from(), life.from());
            long until = Math.min(version.until(), life.until());
            if (from < until) {
                entry(revision, RowKey.direntOf(key), ino, from, until);
                revision.change(key, from, until, NOTHING);
            }
        });
        each(RowKey.XATTR, ino, (key, version) -> revision.change(key, life.from(), life.until(), NOTHING));
        revision.change(RowKey.of(volume.number(), RowKey.INODE, ino), life.from(), life.until(), NOTHING);
        // Of what is deleted, rows may still be there for a while.
        long end = goesOn ? life.until() : newest;
        revision.change(RowKey.of(volume.number(), RowKey.ORPHAN, ino), life.from(), end, NOTHING);
        for (long map : maps) {
            each(RowKey.REGION, map, (key, version) -> revision.change(key, life.from(), end, NOTHING));
            revision.change(RowKey.of(volume.number(), RowKey.REAP, map), life.from(), end, NOTHING);
        }
    }

    /** The name that is in the record; of a directory the one above has one less. */
    private void name(Revision revision, long ino, Inode inode, long from, long until) {
        if (inode.parent() == 0 || ino == Inode.ROOT) {
            return;
        }
        entry(revision, parts.records().direntKey(inode.parent(), inode.name()), ino, from, until);
        if (Mode.isDirectory(inode.mode()) && inode.nlink() > 0) {
            revision.change(RowKey.of(volume.number(), RowKey.INODE, inode.parent()), from, until, value -> {
                Inode parent = InodeCodec.decode(inode.parent(), value);
                return Optional.of(InodeCodec.encode(parent.withLinks(parent.nlink() - 1)));
            });
        }
    }

    private static void entry(Revision revision, byte[] key, long ino, long from, long until) {
        revision.change(key, from, until, value -> DirentCodec.decode(value).ino() == ino ? Optional.empty() : Optional.of(value));
    }

    private List<Lifetimes.Version> inodes(long ino) {
        return volume.lifetimes().of(RowKey.of(volume.number(), RowKey.INODE, ino));
    }

    private interface Taker {
        void take(byte[] key, Lifetimes.Version version);
    }

    private void each(int kind, long number, Taker taker) {
        volume.lifetimes().each(RowKey.of(volume.number(), kind, number), (key, versions) -> {
            versions.forEach(version -> taker.take(key, version));
            return true;
        }, damage -> {
            throw damage;
        });
    }
}
