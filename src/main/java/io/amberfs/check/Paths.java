package io.amberfs.check;

import io.amberfs.codec.ExtentCodec;
import io.amberfs.history.RowKey;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Dirent;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
import io.amberfs.model.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the files that findings hit, for all of them at once: blocks lead to inodes and region maps, maps to inodes, inodes to dirents. Each of these steps is one pass
 * over rows, and none is made without need. Confined to one thread.
 */
final class Paths {
    private final Scope scope;
    private final Places places;
    private final Map<Long, List<Trace>> blocks = new HashMap<>();
    private final Map<Long, List<Trace>> maps = new HashMap<>();
    private final Map<Long, List<Trace>> inos = new HashMap<>();

    Paths(Scope scope) {
        this.scope = scope;
        places = new Places(scope);
    }

    /** What each of the suspects hits, in their order. */
    List<Trace> find(List<Suspect> suspects) {
        List<Trace> traces = new ArrayList<>();
        suspects.forEach(suspect -> traces.add(begin(suspect)));
        scope.pulse().phase("files that are hit", 0);
        if (!blocks.isEmpty()) {
            fromBlocks();
        }
        if (!maps.isEmpty()) {
            fromMaps();
        }
        traces.forEach(trace -> trace.inos().keySet().forEach(ino -> want(inos, ino, trace)));
        if (!inos.isEmpty()) {
            fromInodes();
            fromRecords();
        }
        return traces;
    }

    private Trace begin(Suspect suspect) {
        Trace trace = new Trace(suspect.from(), suspect.until());
        Subject subject = suspect.subject();
        if (subject instanceof Subject.OfInode inode) {
            trace.hit(inode.ino(), suspect.from(), suspect.until());
        } else if (subject instanceof Subject.OfEntry entry) {
            trace.path(places.ofEntry(entry.key(), last(suspect.until())));
        } else if (subject instanceof Subject.OfMap map) {
            want(maps, map.map(), trace);
        } else if (subject instanceof Subject.OfBlock block) {
            want(blocks, block.block(), trace);
        }
        return trace;
    }

    private void fromBlocks() {
        walk(RowKey.INODE, version -> LinkCheck.decode(version).ifPresent(inode -> {
            if (inode.body() instanceof Body.Mapped mapped) {
                named(version, mapped.extents(), (trace, ino) -> trace.hit(ino, version.from(), version.until()));
            }
        }));
        walk(RowKey.REGION, version -> named(version, extents(version), (trace, map) -> {
            List<Trace> waiting = maps.computeIfAbsent(map, m -> new ArrayList<>());
            if (waiting.isEmpty() || waiting.get(waiting.size() - 1) != trace) {
                waiting.add(trace);
            }
        }));
    }

    private interface Naming {
        void named(Trace trace, long number);
    }

    private void named(Version version, List<Extent> extents, Naming naming) {
        for (Extent extent : extents) {
            for (Trace trace : blocks.getOrDefault(extent.block(), List.of())) {
                trace.narrow(version.from(), version.until());
                naming.named(trace, version.number());
            }
        }
    }

    private void fromMaps() {
        walk(RowKey.INODE, version -> LinkCheck.decode(version).ifPresent(inode -> {
            if (inode.body() instanceof Body.Regions regions) {
                maps.getOrDefault(regions.map(), List.of()).forEach(trace -> {
                    if (trace.time().overlaps(version.from(), version.until())) {
                        trace.hit(version.number(), Math.max(version.from(), trace.time().from()), Math.min(version.until(), trace.time().until()));
                    }
                });
            }
        }));
    }

    private void fromInodes() {
        walk(RowKey.DIRENT, version -> LinkCheck.entry(version).ifPresent(dirent -> {
            for (Trace trace : inos.getOrDefault(dirent.ino(), List.of())) {
                Trace.Time time = trace.inos().get(dirent.ino());
                if (time.overlaps(version.from(), version.until())) {
                    trace.path(path(version, dirent, last(Math.min(version.until(), time.until()))));
                }
            }
        }));
    }

    /** A directory that no entry names knows by itself where it was. */
    private void fromRecords() {
        inos.forEach((ino, traces) -> traces.forEach(trace -> {
            if (ino == Inode.ROOT) {
                trace.path("/");
            } else if (trace.paths().isEmpty()) {
                long epoch = last(trace.time().until());
                Optional<Inode> directory = places.inode(ino, epoch).filter(Inode::isDirectory);
                directory.ifPresent(inode -> trace.path(Places.join(places.of(inode.parent(), epoch), Places.text(inode.name()))));
            }
        }));
    }

    private String path(Version version, Dirent dirent, long epoch) {
        return Places.join(places.of(version.number(), epoch), Places.text(dirent.name()));
    }

    private long last(long until) {
        return Math.min(until - 1, scope.commits().now());
    }

    private static List<Extent> extents(Version version) {
        try {
            return version.plain().map(ExtentCodec::decodeRegion).orElse(List.of());
        } catch (CorruptException | UnsupportedFormatException e) {
            return List.of();
        }
    }

    private void walk(int kind, java.util.function.Consumer<Version> each) {
        try (Versions versions = scope.again(RowKey.kind(scope.volume(), kind))) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                scope.pulse().step();
                each.accept(version.get());
            }
        }
    }

    private static void want(Map<Long, List<Trace>> wanted, long number, Trace trace) {
        wanted.computeIfAbsent(number, n -> new ArrayList<>(1)).add(trace);
    }
}
