package io.amberfs.fs;

import io.amberfs.history.Instants;
import io.amberfs.history.Ladder;
import io.amberfs.history.Point;
import io.amberfs.history.SteadyClock;
import io.amberfs.history.Timeline;
import io.amberfs.model.Attr;
import io.amberfs.model.Clock;
import io.amberfs.model.Commit;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The past as folders: {@code .snapshots/TIME} and {@code .versions/FILE} of each directory of the present. Thread-safe. */
final class PastNames {
    static final String SNAPSHOTS = ".snapshots";
    static final String VERSIONS = ".versions";
    private static final long PAST = 1L << 62;
    private static final long VIRTUAL = 1L << 61;
    private static final long MINUTE = 60_000_000_000L;

    /** An entry of a virtual directory. */
    record Listed(byte[] name, int mode, long ino) {
    }

    private final Drive.Parts parts;
    private final Records records;
    private final Timeline timeline;
    private final Clock clock;
    private final SteadyClock steady;
    private final PastGate gate;
    private final Instants instants;
    private final FileVersions versions;

    PastNames(Drive.Parts parts, Clock clock, SteadyClock steady, Instants instants) {
        this.parts = parts;
        this.clock = clock;
        this.steady = steady;
        gate = parts.pastGate();
        this.instants = instants;
        records = parts.records();
        timeline = parts.volume().timeline();
        versions = new FileVersions(parts.volume(), records, instants);
    }

    static boolean isVirtual(Name name) {
        return name.is(SNAPSHOTS) || name.is(VERSIONS);
    }

    /** The inode number that users see: of the past always another one than of the present, and the same at every mount. */
    static long shownIno(Node node) {
        if (node instanceof Node.Present present) {
            return present.ino();
        } else if (node instanceof Node.Past past) {
            return PAST | mix(past.ino() * 0x9e3779b97f4a7c15L + past.epoch()) >>> 2;
        } else if (node instanceof Node.Snapshots snapshots) {
            return VIRTUAL | mix(snapshots.dir()) >>> 3;
        } else if (node instanceof Node.Versions of) {
            return VIRTUAL | mix(~of.dir()) >>> 3;
        }
        Node.VersionsOf of = (Node.VersionsOf) node;
        return VIRTUAL | mix(~of.dir() + of.file().hashCode() * 31L + 1) >>> 3;
    }

    long shownParent(Node node) {
        if (node instanceof Node.Present present) {
            return records.directory(parts.head(), present.ino()).parent();
        } else if (node instanceof Node.Past past) {
            return past.ino() == Inode.ROOT ? shownIno(node) : shownIno(new Node.Past(past.epoch(), inode(past).parent()));
        }
        return baseOf(node);
    }

    Node lookup(Node parent, Name name) {
        if (parent instanceof Node.Past past) {
            return gate.in(past.epoch(), view -> {
                records.directory(view, past.ino());
                return new Node.Past(past.epoch(), records.dirent(view, past.ino(), name.bytes()).orElseThrow(() -> new FsException(Errno.ENOENT)).ino());
            });
        } else if (parent instanceof Node.Snapshots snapshots) {
            return at(epoch(name).orElseThrow(() -> new FsException(Errno.ENOENT)), snapshots.dir());
        } else if (parent instanceof Node.Versions of) {
            if (versions.of(of.dir(), name).isEmpty()) {
                throw new FsException(Errno.ENOENT);
            }
            return new Node.VersionsOf(of.dir(), name);
        }
        Node.VersionsOf of = (Node.VersionsOf) parent;
        return versions.named(of.dir(), of.file()).entrySet().stream().filter(entry -> name.is(entry.getKey())).findFirst()
            .map(entry -> new Node.Past(entry.getValue().epoch(), entry.getValue().ino())).orElseThrow(() -> new FsException(Errno.ENOENT));
    }

    /** The commit that a name in {@code .snapshots} means: a snapshot, or else the newest one not later than a time that is not in the future. */
    Optional<Long> epoch(String name) {
        long now = clock.nanos();
        Optional<Snapshot> snapshot = instants.isTime(name, now) ? timeline.listed(name) : timeline.snapshot(name);
        if (snapshot.isPresent()) {
            return snapshot.map(Snapshot::epoch);
        }
        return instants.parse(name, now).filter(time -> time <= now).flatMap(timeline::resolve);
    }

    /** No instant has a name that is not UTF-8. */
    private Optional<Long> epoch(Name name) {
        return name.isUtf8() ? epoch(name.toString()) : Optional.empty();
    }

    boolean resolves(long dir, Name name) {
        return epoch(name).isPresent();
    }

    /** @throws FsException EINVAL for what cannot name a snapshot */
    String snapshotName(Name name) {
        if (!name.isUtf8() || instants.isTime(name.toString(), clock.nanos())) {
            throw new FsException(Errno.EINVAL, "a snapshot cannot be called like a time");
        }
        return name.toString();
    }

    Attr attr(Node node) {
        if (node instanceof Node.Past past) {
            return inode(past).attr(shownIno(past));
        }
        Inode base = records.directory(parts.head(), baseOf(node));
        int mode = node instanceof Node.Snapshots ? base.mode() : base.mode() & ~0222;
        long time = timeline.newest().map(Commit::time).orElse(base.mtime());
        return new Attr(shownIno(node), mode & ~(Mode.SETGID | Mode.STICKY), 2, base.uid(), base.gid(), 0, 0, 0, time, time, time, base.btime());
    }

    /** @throws FsException EINVAL for a virtual directory, which has none */
    Inode inode(Node node) {
        if (node instanceof Node.Past past) {
            return gate.in(past.epoch(), view -> records.inode(view, past.ino()));
        }
        throw new FsException(Errno.EINVAL);
    }

    void requireDirectory(Node node) {
        if (node instanceof Node.Past past) {
            gate.in(past.epoch(), view -> records.directory(view, past.ino()));
        } else {
            records.directory(parts.head(), baseOf(node));
        }
    }

    /** @throws FsException EINVAL for what has no contents */
    FileHandle open(Node node, Drive drive) {
        if (!(node instanceof Node.Past past)) {
            throw new FsException(Errno.EINVAL);
        }
        return gate.in(past.epoch(), view -> {
            Inode inode = records.inode(view, past.ino());
            if (!inode.isFile()) {
                throw new FsException(inode.isDirectory() ? Errno.EISDIR : Errno.EINVAL);
            }
            return new FileHandle(past, drive, view, inode);
        });
    }

    /** @throws FsException ENOTDIR for what is none, ESTALE when its instant is gone. What is open keeps its instant, until {@link #closed} */
    void opened(Node node) {
        if (node instanceof Node.Past past) {
            gate.in(past.epoch(), view -> {
                records.directory(view, past.ino());
                gate.enter(past.epoch());
                return view;
            });
        } else {
            requireDirectory(node);
        }
    }

    void closed(Node node) {
        if (node instanceof Node.Past past) {
            gate.leave(past.epoch());
        }
    }

    /** A virtual directory is open to whom the directory that it is in is open to: it shows that one's access ACL, as it shows its mode. */
    byte[] xattr(Node node, byte[] name, Xattrs xattrs) {
        if (node instanceof Node.Past past) {
            return gate.in(past.epoch(), view -> xattrs.get(view, past.ino(), name));
        } else if (Arrays.equals(name, Acl.ACCESS)) {
            return xattrs.get(parts.head(), baseOf(node), name);
        }
        throw new FsException(Errno.ENODATA);
    }

    List<byte[]> xattrs(Node node, Xattrs xattrs) {
        return node instanceof Node.Past past ? gate.in(past.epoch(), view -> xattrs.list(view, past.ino())) : List.of();
    }

    List<Listed> list(Node node) {
        List<Listed> listed = new ArrayList<>();
        if (node instanceof Node.Snapshots snapshots) {
            points().forEach((name, epoch) -> listed.add(new Listed(name.getBytes(StandardCharsets.UTF_8), Mode.DIRECTORY, shownIno(new Node.Past(epoch, snapshots.dir())))));
        } else if (node instanceof Node.Versions of) {
            versions.names(of.dir()).forEach(name -> listed.add(new Listed(name.bytes(), Mode.DIRECTORY, shownIno(new Node.VersionsOf(of.dir(), name)))));
        } else if (node instanceof Node.VersionsOf of) {
            versions.named(of.dir(), of.file()).forEach((name, version) ->
                listed.add(new Listed(name.getBytes(StandardCharsets.UTF_8), version.mode() & Mode.TYPE, shownIno(new Node.Past(version.epoch(), version.ino())))));
        }
        return listed;
    }

    /** What {@code .snapshots} lists, each with its epoch: the snapshots, and the rungs of the ladder under a name that leads to them. */
    private Map<String, Long> points() {
        Map<String, Long> points = new TreeMap<>();
        long now = clock.nanos();
        Retention rule = parts.volume().retention().orElse(Retention.DEFAULT);
        for (Point point : Ladder.kept(timeline.points(), rule, steady.now().steady())) {
            long minute = -Math.floorDiv(-point.second(), MINUTE) * MINUTE;
            boolean whole = minute <= now && (minute == point.second() || !timeline.anyBetween(point.second(), minute));
            long time = whole ? minute : point.second();
            String name = whole ? instants.minute(time) : instants.second(time);
            points.put(instants.parse(name, now).filter(t -> t == time).isPresent() ? name : instants.exact(time), point.epoch());
        }
        timeline.snapshots().forEach(snapshot -> points.put(snapshot.name(), snapshot.epoch()));
        return points;
    }

    /** The directory {@code dir} as it was, whatever it was called; where it did not exist yet, what stood at its path. */
    private Node at(long epoch, long dir) {
        if (gate.in(epoch, view -> records.find(view, dir)).filter(inode -> inode.isDirectory() && inode.nlink() > 0).isPresent()) {
            return new Node.Past(epoch, dir);
        }
        Node node = new Node.Past(epoch, Inode.ROOT);
        for (Name name : path(dir)) {
            node = lookup(node, name);
        }
        requireDirectory(node);
        return node;
    }

    private Iterable<Name> path(long dir) {
        Deque<Name> path = new ArrayDeque<>();
        Ancestors.walk(records, parts.head(), dir, (at, inode) -> {
            path.addFirst(Name.of(inode.name()));
            return true;
        });
        return path;
    }

    private static long baseOf(Node node) {
        if (node instanceof Node.Snapshots snapshots) {
            return snapshots.dir();
        }
        return node instanceof Node.Versions of ? of.dir() : ((Node.VersionsOf) node).dir();
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads nearby numbers. */
    private static long mix(long number) {
        long z = (number ^ number >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
