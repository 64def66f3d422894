package io.amberfs.fs;

import io.amberfs.fs.Difference.At;
import io.amberfs.history.View;
import io.amberfs.model.Dirent;
import io.amberfs.model.Inode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An instant, as one looks at many places of it: where directories are is remembered. Confined to one thread. */
final class Sight {
    private static final int REMEMBERED = 20_000;

    /** What is remembered of some directories; those that were of use last. */
    private static final class Memory<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;

        Memory() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > REMEMBERED;
        }
    }

    private final Records records;
    private final View view;
    /** Names from the root. */
    private final Map<Long, List<byte[]>> names = new Memory<>();
    /** Directories by their paths in text of one character a byte. */
    private final Map<String, Optional<Long>> directories = new Memory<>();

    Sight(Records records, View view) {
        this.records = records;
        this.view = view;
    }

    View view() {
        return view;
    }

    Optional<At> find(long ino) {
        return records.find(view, ino).map(inode -> new At(ino, inode));
    }

    /** The names that lead to a place from the root. @throws io.amberfs.model.CorruptException for a directory within itself */
    List<byte[]> names(Links.Place place) {
        List<byte[]> all = new ArrayList<>(names(place.dir()));
        all.add(place.name());
        return all;
    }

    byte[] path(Links.Place place) {
        return path(names(place));
    }

    /** What that directory has under that name, wherever it is. */
    Optional<At> child(Links.Place place) {
        return records.dirent(view, place.dir(), place.name()).flatMap(dirent -> find(dirent.ino()));
    }

    /** What stands at a path. */
    Optional<At> at(List<byte[]> path) {
        List<byte[]> parents = path.subList(0, path.size() - 1);
        return directory(parents).flatMap(dir -> records.dirent(view, dir, path.get(path.size() - 1))).flatMap(dirent -> find(dirent.ino()));
    }

    private Optional<Long> directory(List<byte[]> path) {
        Optional<Long> at = Optional.of(Inode.ROOT);
        int known = path.size();
        while (known > 0 && !directories.containsKey(text(path.subList(0, known)))) {
            known--;
        }
        at = known == 0 ? at : directories.get(text(path.subList(0, known)));
        for (int i = known; i < path.size(); i++) {
            byte[] name = path.get(i);
            at = at.flatMap(dir -> records.dirent(view, dir, name)).map(Dirent::ino).filter(ino -> records.find(view, ino).filter(Inode::isDirectory).isPresent());
            directories.put(text(path.subList(0, i + 1)), at);
        }
        return at;
    }

    private static String text(List<byte[]> names) {
        return new String(path(names), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static byte[] path(List<byte[]> names) {
        byte[] path = new byte[names.stream().mapToInt(name -> name.length + 1).sum() - 1];
        int at = 0;
        for (byte[] name : names) {
            System.arraycopy(name, 0, path, at, name.length);
            at += name.length;
            if (at < path.length) {
                path[at++] = '/';
            }
        }
        return path;
    }

    private List<byte[]> names(long dir) {
        if (dir == Inode.ROOT) {
            return List.of();
        }
        List<byte[]> known = names.get(dir);
        if (known != null) {
            return known;
        }
        Deque<byte[]> above = new ArrayDeque<>();
        List<byte[]> all = new ArrayList<>();
        Ancestors.walk(records, view, dir, (at, inode) -> {
            List<byte[]> start = names.get(at);
            if (start != null) {
                all.addAll(start);
                return false;
            }
            above.addFirst(inode.name());
            return true;
        });
        all.addAll(above);
        names.put(dir, Collections.unmodifiableList(all));
        return all;
    }
}
