package io.amberfs.mount;

import io.amberfs.fs.Node;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open files that libfuse believes to be hidden under a name of its own. libfuse names every inode by a path, so it renames an open file to
 * {@code .fuse_hidden…} in the same directory before it is unlinked or replaced, and goes on to use that path. Here that name never enters the tree: the file
 * is unlinked at once, and this is where the invented paths lead to it for as long as it is open.
 *
 * <p>A path is kept as the directory's node and the name, so that it stays right when the directory is renamed. Thread-safe.
 */
final class Orphans {
    private final Map<Place, Node> byPlace = new ConcurrentHashMap<>();

    void put(Place hidden, Node node) {
        byPlace.put(hidden, node);
    }

    Optional<Node> at(Place place) {
        return byPlace.isEmpty() ? Optional.empty() : Optional.ofNullable(byPlace.get(place));
    }

    Optional<Node> remove(Place place) {
        return Optional.ofNullable(byPlace.remove(place));
    }

    /** Forgets every path to {@code node}: for when its last handle is closed, since libfuse may not be able to name it any more. */
    void removeAll(Node node) {
        byPlace.values().removeIf(node::equals);
    }

    boolean isEmpty() {
        return byPlace.isEmpty();
    }
}
