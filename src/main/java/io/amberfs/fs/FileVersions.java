package io.amberfs.fs;

import io.amberfs.codec.DirentCodec;
import io.amberfs.codec.InodeCodec;
import io.amberfs.history.Instants;
import io.amberfs.history.Lifetimes;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.Volume;
import io.amberfs.model.Body;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import io.amberfs.model.Mode;
import io.amberfs.model.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** The versions that the files of a directory had, found through the lifetimes of their dirents and inodes. Thread-safe. */
final class FileVersions {
    /** One distinct version: first there in {@code epoch}. */
    record Version(long epoch, long ino, int mode, Inode inode) {
    }

    private final Volume volume;
    private final Records records;
    private final Instants instants;

    FileVersions(Volume volume, Records records, Instants instants) {
        this.volume = volume;
        this.records = records;
        this.instants = instants;
    }

    /** The distinct versions of what stood under {@code name} in {@code dir}, oldest first; directories do not count. */
    List<Version> of(long dir, Name name) {
        long newest = volume.timeline().newestEpoch();
        List<Version> found = new ArrayList<>();
        for (Lifetimes.Version entry : volume.lifetimes().of(records.direntKey(dir, name.bytes()))) {
            long ino = DirentCodec.decode(entry.value()).ino();
            for (Lifetimes.Version row : volume.lifetimes().of(RowKey.of(volume.number(), RowKey.INODE, ino))) {
                long from = volume.timeline().firstFrom(Math.max(entry.from(), row.from())).orElse(Long.MAX_VALUE);
                Inode inode = InodeCodec.decode(ino, row.value());
                if (from < Math.min(entry.until(), row.until()) && from <= newest && !inode.isDirectory()) {
                    Version version = new Version(from, ino, inode.mode(), inode);
                    if (found.isEmpty() || !sameContents(found.get(found.size() - 1), version)) {
                        found.add(version);
                    }
                }
            }
        }
        return found;
    }

    /** The versions by name: the second of their commits, with decimals where two would coincide. */
    Map<String, Version> named(long dir, Name name) {
        Map<String, Version> named = new LinkedHashMap<>();
        for (Version version : of(dir, name)) {
            volume.timeline().commit(version.epoch()).ifPresent(commit -> {
                String second = instants.second(commit.time());
                named.put(named.containsKey(second) ? instants.exact(commit.time()) : second, version);
            });
        }
        return named;
    }

    /** The names under which {@link #of} finds something: those of all files that are or ever were in {@code dir} in a commit. An entry that is damaged is left out. */
    Set<Name> names(long dir) {
        Set<Name> names = new LinkedHashSet<>();
        volume.lifetimes().show(RowKey.of(volume.number(), RowKey.DIRENT, dir), volume.timeline().newestEpoch(), value -> {
            Dirent dirent = DirentCodec.decode(value);
            boolean isFile = !Mode.isDirectory(dirent.type());
            if (isFile) {
                names.add(Name.of(dirent.name()));
            }
            return isFile;
        }, damage -> LoggerFactory.getLogger(FileVersions.class).error("an entry is left out of a listing: {}", damage.getMessage()));
        return names;
    }

    /** Times can be set back, so equal sizes and mtimes alone say nothing. An inode whose ctime is the same was not changed. */
    private boolean sameContents(Version one, Version other) {
        Inode a = one.inode;
        Inode b = other.inode;
        if (one.ino != other.ino || a.size() != b.size() || a.mtime() != b.mtime()) {
            return false;
        } else if (a.body() instanceof Body.Inline before && b.body() instanceof Body.Inline after) {
            return Arrays.equals(before.bytes(), after.bytes());
        }
        return a.body().equals(b.body()) && (a.ctime() == b.ctime() || !(a.body() instanceof Body.Regions regions) || sameRegions(regions.map(), one.epoch, other.epoch));
    }

    private boolean sameRegions(long map, long epoch, long otherEpoch) {
        byte[] prefix = RowKey.of(volume.number(), RowKey.REGION, map);
        try (Scan one = volume.at(epoch).scan(prefix, prefix); Scan other = volume.at(otherEpoch).scan(prefix, prefix)) {
            while (one.next()) {
                if (!other.next() || !Arrays.equals(one.key(), other.key()) || !Arrays.equals(one.value(), other.value())) {
                    return false;
                }
            }
            return !other.next();
        }
    }
}
