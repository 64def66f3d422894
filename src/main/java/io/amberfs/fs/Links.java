package io.amberfs.fs;

import io.amberfs.codec.DirentCodec;
import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.View;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Inode;
import io.amberfs.model.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the names of an inode are: one of them is the place in its record, each other one has a link row, whose key names the dirent. So the paths of an inode are found without
 * looking for it. Thread-safe; what changes rows is called under the lock of the {@link Tree}.
 */
public final class Links {
    private static final byte[] LINK = {1};

    private final Records records;

    public Links(Records records) {
        this.records = records;
    }

    /** A name in a directory. */
    public record Place(long dir, byte[] name) {
        boolean is(Inode inode) {
            return inode.parent() == dir && Arrays.equals(inode.name(), name);
        }

        boolean isSame(Place other) {
            return dir == other.dir && Arrays.equals(name, other.name);
        }
    }

    static Place place(long dir, Name name) {
        return new Place(dir, name.bytes());
    }

    /** The record of what has got a name more. */
    Inode added(Head.Change change, long ino, Inode inode, Place place) {
        Inode more = inode.withLinks(inode.nlink() + 1);
        if (inode.nlink() == 0) {
            return more.withPlace(place.dir(), place.name());
        }
        change.put(key(ino, place), LINK);
        return more;
    }

    /** The record of what has lost a name. Its entry may have another inode by now. */
    Inode dropped(View view, Head.Change change, long ino, Inode inode, Place place) {
        Inode less = inode.withLinks(inode.nlink() - 1);
        if (!place.is(inode)) {
            change.delete(key(ino, place));
            return less;
        } else if (less.nlink() == 0) {
            return less.withPlace(0, Inode.NO_NAME);
        }
        return next(view, change, ino, less);
    }

    /** The record of what is elsewhere now. */
    Inode moved(Head.Change change, long ino, Inode inode, Place from, Place to) {
        if (from.is(inode)) {
            return inode.withPlace(to.dir(), to.name());
        }
        change.delete(key(ino, from));
        change.put(key(ino, to), LINK);
        return inode;
    }

    /** All names of an inode; those whose entries are gone are left out, and the root has none. */
    public List<Place> places(View view, long ino, Inode inode) {
        List<Place> places = new ArrayList<>();
        if (inode.parent() != 0 && ino != Inode.ROOT) {
            places.add(new Place(inode.parent(), inode.name()));
        }
        if (!inode.isDirectory() && inode.nlink() > 1) {
            byte[] prefix = RowKey.of(records.volume(), RowKey.LINK, ino);
            try (Scan links = view.scan(prefix, prefix)) {
                while (links.next()) {
                    entry(view, links.key()).ifPresent(places::add);
                }
            }
        }
        return places;
    }

    /** One of the other names is the place from now on. Where none is found, as in a damaged store, there is none. */
    private Inode next(View view, Head.Change change, long ino, Inode inode) {
        byte[] prefix = RowKey.of(records.volume(), RowKey.LINK, ino);
        try (Scan links = view.scan(prefix, prefix)) {
            while (links.next()) {
                Optional<Place> next = entry(view, links.key());
                change.delete(links.key());
                if (next.isPresent()) {
                    return inode.withPlace(next.get().dir(), next.get().name());
                }
            }
        }
        return inode.withPlace(0, Inode.NO_NAME);
    }

    /** The entry that a link row names. */
    private Optional<Place> entry(View view, byte[] link) {
        if (link.length != RowKey.length(RowKey.LINK)) {
            throw new CorruptException("the key of a link has " + link.length + " bytes");
        }
        byte[] key = RowKey.direntOf(link);
        return view.get(key).map(DirentCodec::decode).map(dirent -> new Place(RowKey.numberOf(key), dirent.name()));
    }

    private byte[] key(long ino, Place place) {
        return RowKey.link(records.volume(), ino, records.direntKey(place.dir(), place.name()));
    }
}
