package io.amberfs.fs;

import io.amberfs.fs.Difference.At;
import io.amberfs.fs.Difference.Kind;
import io.amberfs.fs.Difference.What;
import io.amberfs.history.Changes;
import io.amberfs.history.StillPast;
import io.amberfs.model.Inode;
import io.amberfs.store.Reading;
import io.amberfs.store.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What differs between two instants, in time that grows with the changes between them, not with the tree: the records of what changed are looked at as they were at both.
 *
 * <ul>
 * <li>What keeps its inode and goes elsewhere has moved, and what moves with its directory is not told of.
 * <li>What is replaced by another inode of its type under the same name or path, as by programs that save, has changed.
 * </ul>
 *
 * <p>Confined to one thread. The instants must stay while it works.
 */
final class Diff {
    private final Store store;
    private final Records records;
    private final Comparison comparison;
    private final Links links;
    private final long one;
    private final long other;
    private final Sight before;
    private final Sight after;

    Diff(Store store, Drive.Parts parts, StillPast before, StillPast after) {
        this.store = store;
        records = parts.records();
        comparison = new Comparison(parts);
        links = new Links(records);
        one = before.epoch();
        other = after.epoch();
        this.before = new Sight(records, before);
        this.after = new Sight(records, after);
    }

    /** Tells of all that differs, in no order; {@code taker} may end it by throwing. */
    void each(Consumer<Difference> taker) {
        long[] changed;
        try (Reading reading = store.reading()) {
            changed = Changes.inodes(reading, records.volume(), Math.min(one, other), Math.max(one, other));
        }
        for (long ino : changed) {
            inode(ino, taker);
        }
    }

    private void inode(long ino, Consumer<Difference> taker) {
        Optional<At> was = before.find(ino);
        Optional<At> is = after.find(ino);
        if (ino == Inode.ROOT) {
            changed(new byte[0], was.orElseThrow(), is.orElseThrow(), taker);
            return;
        }
        List<Links.Place> gone = new ArrayList<>(was.map(at -> links.places(before.view(), ino, at.inode())).orElse(List.of()));
        List<Links.Place> come = new ArrayList<>(is.map(at -> links.places(after.view(), ino, at.inode())).orElse(List.of()));
        come.removeIf(place -> {
            boolean isSame = gone.removeIf(place::isSame);
            if (isSame) {
                changed(after.path(place), was.orElseThrow(), is.orElseThrow(), taker);
            }
            return isSame;
        });
        come.forEach(place -> arrived(place, was, is.orElseThrow(), gone, taker));
        for (Links.Place place : gone) {
            if (!isReplaced(place, was.get())) {
                taker.accept(new Difference(Kind.REMOVED, before.path(place), new byte[0], was, Optional.empty(), Set.of()));
            }
        }
    }

    /** A name that the inode did not have. If it has lost one, it has moved from there. */
    private void arrived(Links.Place place, Optional<At> was, At is, List<Links.Place> gone, Consumer<Difference> taker) {
        byte[] path = after.path(place);
        if (!gone.isEmpty()) {
            byte[] from = before.path(gone.remove(0));
            if (Arrays.equals(path, from)) {
                changed(path, was.orElseThrow(), is, taker);
            } else {
                taker.accept(new Difference(Kind.MOVED, path, from, was, Optional.of(is), what(was.orElseThrow(), is)));
            }
            return;
        }
        Optional<At> stood = before.child(place).or(() -> before.at(after.names(place))).filter(at -> Comparison.areSameType(at, is));
        if (stood.isPresent()) {
            changed(path, stood.get(), is, taker);
        } else {
            taker.accept(new Difference(Kind.ADDED, path, new byte[0], Optional.empty(), Optional.of(is), Set.of()));
        }
    }

    /** Whether what stands there now came there, and is told of as a change or move. */
    private boolean isReplaced(Links.Place place, At was) {
        Optional<At> now = after.child(place).or(() -> after.at(before.names(place))).filter(at -> Comparison.areSameType(at, was));
        if (now.isEmpty() || now.get().ino() == was.ino()) {
            return now.isPresent();
        }
        Optional<At> then = before.find(now.get().ino());
        List<Links.Place> had = then.map(at -> links.places(before.view(), at.ino(), at.inode())).orElse(List.of());
        return links.places(after.view(), now.get().ino(), now.get().inode()).stream()
            .anyMatch(has -> (has.isSame(place) || Arrays.equals(after.path(has), before.path(place))) && had.stream().noneMatch(has::isSame));
    }

    private void changed(byte[] path, At was, At is, Consumer<Difference> taker) {
        Set<What> what = what(was, is);
        if (!what.isEmpty()) {
            taker.accept(new Difference(Kind.CHANGED, path, new byte[0], Optional.of(was), Optional.of(is), what));
        }
    }

    private Set<What> what(At was, At is) {
        return comparison.what(before.view(), was, after.view(), is);
    }
}
