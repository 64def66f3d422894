package io.amberfs.fs;

import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.fs.Difference.At;
import io.amberfs.fs.Difference.What;
import io.amberfs.history.Lifetimes;
import io.amberfs.history.RowKey;
import io.amberfs.history.Timeline;
import io.amberfs.history.View;
import io.amberfs.history.Volume;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import io.amberfs.model.Name;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The versions of one file or directory, followed back through history: under its name, under those it had before, and through programs that save by putting another file in its
 * place. Work grows with the versions of what is met, and of the directories above. What no kept commit shows is not there. Confined to one thread.
 */
public final class FileLog {
    /** What became of it: {@code BACK} is as it had been before, {@code REPLACED} by another inode. */
    public enum Event {
        MADE, MOVED, REPLACED, BACK, GONE
    }

    /**
     * One version.
     *
     * @param epoch  of the first commit that shows it
     * @param at     empty if it is gone
     * @param path   where it was in that commit, or last
     * @param other  for MOVED: where it was before, or with GONE where it is now; else empty
     * @param what   what of it is another than in the version before
     */
    public record Entry(long epoch, Optional<At> at, byte[] path, byte[] other, Set<Event> events, Set<What> what) {
    }

    /** A name that led to an inode during [from, until). */
    private record Segment(Links.Place place, long ino, long from, long until) {
    }

    /** A record that was shown during [from, until). */
    private record Piece(Segment segment, At at, long from, long until) {
    }

    /** Where a directory was during [from, until). */
    private record Spot(long from, long until, long parent, byte[] name) {
    }

    private static final int DEPTH_MAX = 4096;
    /** Directories whose places are remembered. */
    private static final int SPOTS_MAX = 50_000;

    private final Volume volume;
    private final Timeline timeline;
    private final Records records;
    private final Comparison comparison;
    private final Map<Long, List<Spot>> spots = new HashMap<>();

    FileLog(Drive.Parts parts) {
        volume = parts.volume();
        timeline = volume.timeline();
        records = parts.records();
        comparison = new Comparison(parts);
    }

    /** The versions of what is at a path, or was there last; newest first. Empty if nothing ever was. The root has no names to be followed by. */
    public List<Entry> of(List<Name> path) {
        List<Piece> pieces = new ArrayList<>();
        segments(path).forEach(segment -> pieces.addAll(pieces(segment)));
        return entries(pieces);
    }

    /** An inode that had a name during the epochs [from, until). */
    record Held(long ino, long from, long until) {
    }

    /** Which inodes the versions of {@link #of} are of, newest first. */
    List<Held> held(List<Name> path) {
        return segments(path).stream().map(segment -> new Held(segment.ino(), segment.from(), segment.until())).toList();
    }

    /** Which inodes a path ever led to, and when. */
    List<Held> ever(List<Name> path) {
        List<Held> ever = new ArrayList<>();
        ever(Inode.ROOT, path, 1, Long.MAX_VALUE, ever);
        return ever;
    }

    private void ever(long dir, List<Name> path, long from, long until, List<Held> ever) {
        for (Segment segment : segments(Links.place(dir, path.get(0)))) {
            long start = Math.max(from, segment.from());
            long end = Math.min(until, segment.until());
            if (start < end && path.size() == 1) {
                ever.add(new Held(segment.ino(), start, end));
            } else if (start < end) {
                ever(segment.ino(), path.subList(1, path.size()), start, end, ever);
            }
        }
    }

    private Collection<Segment> segments(List<Name> path) {
        Deque<Segment> segments = new ArrayDeque<>();
        Optional<Segment> start = path.isEmpty() ? Optional.of(new Segment(new Links.Place(0, Inode.NO_NAME), Inode.ROOT, 1, Long.MAX_VALUE)) : find(path);
        for (Optional<Segment> next = start; next.isPresent(); next = before(next.get())) {
            segments.addLast(next.get());
        }
        return segments;
    }

    /**
     * A name that was somewhere, whatever it led to.
     *
     * @param from  of the first commit that shows it
     * @param until of the first commit that does not any more; Long.MAX_VALUE if it is still there
     * @param mode  of what it led to last: the type
     */
    public record Found(byte[] path, int mode, long from, long until) {
    }

    /** Looks for names in all of history. Work grows with all entries that there ever were. {@code isOver} is asked for each. */
    public void find(Predicate<byte[]> name, Consumer<Found> taker, BooleanSupplier isOver, Consumer<CorruptException> damaged) {
        volume.lifetimes().each(RowKey.kind(volume.number(), RowKey.DIRENT), (key, versions) -> {
            long from = 0;
            for (int i = 0; i < versions.size(); i++) {
                Lifetimes.Version version = versions.get(i);
                from = i > 0 && !isShown(versions.get(i - 1).until(), version.from()) ? from : version.from();
                boolean ends = i + 1 == versions.size() || isShown(version.until(), versions.get(i + 1).from());
                Dirent dirent = DirentCodec.decode(version.value());
                if (ends && name.test(dirent.name()) && isShown(from, version.until())) {
                    long last = version.until() == Long.MAX_VALUE ? timeline.newestEpoch() : version.until() - 1;
                    long until = version.until() == Long.MAX_VALUE ? Long.MAX_VALUE : timeline.firstFrom(version.until()).orElse(Long.MAX_VALUE);
                    byte[] path = path(new Links.Place(RowKey.numberOf(key), dirent.name()), last);
                    taker.accept(new Found(path, dirent.type(), timeline.firstFrom(from).orElseThrow(), until));
                }
            }
            return !isOver.getAsBoolean();
        }, damaged);
    }

    /** The newest of the names that a path ever led along. */
    private Optional<Segment> find(List<Name> path) {
        return find(Inode.ROOT, path, 1, Long.MAX_VALUE);
    }

    private Optional<Segment> find(long dir, List<Name> path, long from, long until) {
        Links.Place place = Links.place(dir, path.get(0));
        List<Segment> named = segments(place);
        for (int i = named.size() - 1; i >= 0; i--) {
            Segment segment = named.get(i);
            if (segment.from() >= until || segment.until() <= from || !isShown(segment.from(), segment.until())) {
                continue;
            }
            Optional<Segment> found = path.size() == 1 ? Optional.of(segment)
                : find(segment.ino(), path.subList(1, path.size()), Math.max(from, segment.from()), Math.min(until, segment.until()));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** All inodes that a name led to, oldest first. */
    private List<Segment> segments(Links.Place place) {
        List<Segment> segments = new ArrayList<>();
        for (Lifetimes.Version version : volume.lifetimes().of(records.direntKey(place.dir(), place.name()))) {
            Dirent dirent = DirentCodec.decode(version.value());
            Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
            if (last != null && last.ino() == dirent.ino() && !isShown(last.until(), version.from())) {
                segments.set(segments.size() - 1, new Segment(place, last.ino(), last.from(), version.until()));
            } else {
                segments.add(new Segment(place, dirent.ino(), version.from(), version.until()));
            }
        }
        return segments;
    }

    /** What it was before: what stood under the name until then; else where the inode was; else what had once stood under the name. */
    private Optional<Segment> before(Segment segment) {
        if (segment.ino() == Inode.ROOT) {
            return Optional.empty();
        }
        List<Segment> same = segments(segment.place()).stream().filter(one -> one.until() <= segment.from()).toList();
        Optional<Segment> last = same.isEmpty() ? Optional.empty() : Optional.of(same.get(same.size() - 1));
        Optional<Segment> replaced = last.filter(one -> !isShown(one.until(), segment.from()));
        return replaced.or(() -> elsewhere(segment)).or(() -> last);
    }

    private Optional<Segment> elsewhere(Segment segment) {
        return versions(segment.ino()).stream().filter(version -> version.from() < segment.from() && !isShown(version.until(), segment.from())).reduce((older, newer) -> newer)
            .flatMap(version -> {
                Inode inode = InodeCodec.decode(segment.ino(), version.value());
                Links.Place place = new Links.Place(inode.parent(), inode.name());
                return inode.parent() == 0 ? Optional.empty() : segments(place).stream()
                    .filter(one -> one.ino() == segment.ino() && one.from() < segment.from() && !isShown(one.until(), segment.from()))
                    .reduce((older, newer) -> newer).map(one -> new Segment(place, one.ino(), one.from(), Math.min(one.until(), segment.from())));
            });
    }

    private List<Lifetimes.Version> versions(long ino) {
        return volume.lifetimes().of(RowKey.of(volume.number(), RowKey.INODE, ino));
    }

    /** The records of a segment that commits show, newest first. */
    private List<Piece> pieces(Segment segment) {
        List<Piece> pieces = new ArrayList<>();
        for (Lifetimes.Version version : versions(segment.ino())) {
            long from = Math.max(version.from(), segment.from());
            long until = Math.min(version.until(), segment.until());
            if (from < until && isShown(from, until)) {
                pieces.add(0, new Piece(segment, new At(segment.ino(), InodeCodec.decode(segment.ino(), version.value())), timeline.firstFrom(from).orElseThrow(), until));
            }
        }
        return pieces;
    }

    /** Whether a kept commit shows what was there then. */
    private boolean isShown(long from, long until) {
        return timeline.firstFrom(from).filter(epoch -> epoch < until).isPresent();
    }

    private List<Entry> entries(List<Piece> pieces) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            gone(piece, i == 0 ? Long.MAX_VALUE : pieces.get(i - 1).from()).ifPresent(entries::add);
            version(piece, pieces, i + 1).ifPresent(entries::add);
        }
        return entries;
    }

    /** That it was not there between a piece and the newer one, which begins at {@code next}. */
    private Optional<Entry> gone(Piece piece, long next) {
        Optional<Long> epoch = timeline.firstFrom(piece.until()).filter(e -> e < next);
        if (piece.until() == Long.MAX_VALUE || epoch.isEmpty()) {
            return Optional.empty();
        }
        Optional<Inode> now = records.find(volume.at(epoch.get()), piece.at().ino()).filter(inode -> inode.parent() != 0);
        byte[] to = now.map(inode -> path(new Links.Place(inode.parent(), inode.name()), epoch.get())).orElse(new byte[0]);
        return Optional.of(new Entry(epoch.get(), Optional.empty(), path(piece.segment().place(), epoch.get() - 1), to,
            to.length == 0 ? EnumSet.of(Event.GONE) : EnumSet.of(Event.GONE, Event.MOVED), Set.of()));
    }

    /** The piece as a version, if it differs from the older one. */
    private Optional<Entry> version(Piece piece, List<Piece> pieces, int older) {
        byte[] path = path(piece.segment().place(), piece.from());
        if (older == pieces.size()) {
            return Optional.of(new Entry(piece.from(), Optional.of(piece.at()), path, new byte[0], EnumSet.of(Event.MADE), Set.of()));
        }
        Piece before = pieces.get(older);
        View then = volume.at(before.from());
        View now = volume.at(piece.from());
        boolean sameType = Comparison.areSameType(before.at(), piece.at());
        Set<What> what = sameType ? comparison.what(then, before.at(), now, piece.at()) : EnumSet.of(What.CONTENTS);
        if (piece.at().inode().isDirectory() && before.at().inode().mtime() != piece.at().inode().mtime()) {
            what.add(What.CONTENTS);
        }
        Set<Event> events = EnumSet.noneOf(Event.class);
        byte[] other = new byte[0];
        if (timeline.firstFrom(before.until()).filter(epoch -> epoch < piece.from()).isPresent()) {
            events.add(Event.BACK);
        } else if (piece.at().ino() != before.at().ino()) {
            events.add(Event.REPLACED);
        }
        if (!piece.segment().place().isSame(before.segment().place())) {
            events.add(Event.MOVED);
            other = path(before.segment().place(), before.from());
        }
        if (what.contains(What.CONTENTS) && wasBefore(piece, now, pieces, older + 1)) {
            events.add(Event.BACK);
        }
        return what.isEmpty() && (events.isEmpty() || events.equals(EnumSet.of(Event.REPLACED))) ? Optional.empty()
            : Optional.of(new Entry(piece.from(), Optional.of(piece.at()), path, other, events, what));
    }

    /** Whether an older version had the same contents and time: then somebody has put it back. */
    private boolean wasBefore(Piece piece, View now, List<Piece> pieces, int from) {
        Inode inode = piece.at().inode();
        return pieces.subList(from, pieces.size()).stream()
            .anyMatch(old -> !inode.isDirectory() && old.at().inode().mtime() == inode.mtime() && old.at().inode().size() == inode.size()
                && comparison.haveSameContents(volume.at(old.from()), old.at().inode(), now, inode));
    }

    /** Where an inode was last, from the root; empty for one that never had a name. */
    byte[] lastPath(long ino) {
        List<Lifetimes.Version> versions = versions(ino);
        for (int i = versions.size() - 1; i >= 0; i--) {
            Inode inode = InodeCodec.decode(ino, versions.get(i).value());
            if (inode.parent() != 0) {
                long until = versions.get(i).until();
                return path(new Links.Place(inode.parent(), inode.name()), until == Long.MAX_VALUE ? timeline.newestEpoch() : until - 1);
            }
        }
        return new byte[0];
    }

    /** Where a place was in a commit, from the root. */
    private byte[] path(Links.Place place, long epoch) {
        Deque<byte[]> names = new ArrayDeque<>();
        if (place.dir() != 0) {
            names.addFirst(place.name());
        }
        for (long dir = place.dir(); dir > Inode.ROOT && names.size() < DEPTH_MAX; ) {
            Spot spot = spot(dir, epoch);
            names.addFirst(spot.name());
            dir = spot.parent();
        }
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        names.forEach(name -> {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(name);
        });
        return path.toByteArray();
    }

    private Spot spot(long dir, long epoch) {
        if (spots.size() > SPOTS_MAX) {
            spots.clear();
        }
        List<Spot> all = spots.computeIfAbsent(dir, this::spots);
        return all.stream().filter(spot -> spot.from() <= epoch && epoch < spot.until()).findFirst().orElse(all.isEmpty() ? new Spot(0, 0, Inode.ROOT, new byte[] {'?'})
            : all.get(all.size() - 1));
    }

    private List<Spot> spots(long dir) {
        List<Spot> all = new ArrayList<>();
        for (Lifetimes.Version version : versions(dir)) {
            Inode inode = InodeCodec.decode(dir, version.value());
            Spot last = all.isEmpty() ? null : all.get(all.size() - 1);
            if (last != null && last.parent() == inode.parent() && Arrays.equals(last.name(), inode.name())) {
                all.set(all.size() - 1, new Spot(last.from(), version.until(), inode.parent(), inode.name()));
            } else {
                all.add(new Spot(version.from(), version.until(), inode.parent(), inode.name()));
            }
        }
        return all;
    }
}
