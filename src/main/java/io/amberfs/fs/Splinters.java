package io.amberfs.fs;

import io.amberfs.history.Head;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.model.FsException;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.slf4j.LoggerFactory;

/**
 * Regions that small writes have split into many extents, and their rewriting into whole chunks once they have been left alone for a while: reads of them would open a
 * block for every few kilobytes, and their records would grow with each write. Thread-safe; {@link #step} is called by one thread, outside of the gate.
 */
final class Splinters {
    /** Page-sized writes make 256 extents of a region at most; a region with more than this many costs eight times the blocks of a whole one. */
    static final int MANY = 128;
    private static final int STEP = 8;

    private record Place(long ino, long region) {
    }

    /** Where, and in which step it was last noticed. */
    private final Map<Place, Long> noticed = new ConcurrentHashMap<>();
    private volatile long steps;

    /** A region has so many extents now. */
    void notice(long ino, long region, int extents) {
        if (extents > MANY) {
            noticed.put(new Place(ino, region), steps);
        }
    }

    /** Rewrites some regions that were not written to since the step before. @param open as {@link Tree#open} */
    void step(Drive.Parts parts, Gate gate, LongFunction<OpenFile> open) {
        long now = ++steps;
        List<Place> quiet = noticed.entrySet().stream().filter(entry -> entry.getValue() < now - 1).map(Map.Entry::getKey).limit(STEP).toList();
        for (Place place : quiet) {
            noticed.remove(place);
            try {
                OpenFile file = open.apply(place.ino());
                try {
                    rewrite(parts, gate, file, place, parts.records().inode(parts.head(), place.ino()));
                } finally {
                    parts.release().accept(file);
                }
            } catch (CorruptException | FsException e) {
                // Deleted meanwhile, or damaged: the one needs no rewriting, and the other is reported to whoever reads it, and by a check.
                LoggerFactory.getLogger(Splinters.class).debug("a region of inode {} stays as it is: {}", place.ino(), e.getMessage());
            }
        }
    }

    private static void rewrite(Drive.Parts parts, Gate gate, OpenFile file, Place place, Inode inode) {
        List<Extent> extents = parts.contents().map().region(parts.head(), inode.body(), place.region());
        List<List<FileMap.Placed>> runs = new ArrayList<>();
        for (List<Extent> run : runs(extents)) {
            runs.add(seal(parts, inode.body(), place.region() * Limits.REGION, run));
        }
        try (Gate.Pass pass = gate.enter(); Gate.Pass held = file.hold(); Head.Change change = parts.head().begin()) {
            Inode now = parts.records().inode(parts.head(), place.ino());
            if (extents.equals(parts.contents().map().region(parts.head(), now.body(), place.region()))) {
                for (List<FileMap.Placed> chunks : runs) {
                    now = parts.contents().map().install(change, place.ino(), now, now.size(), chunks);
                }
                parts.records().put(change, place.ino(), now);
            }
        }
    }

    private static List<FileMap.Placed> seal(Drive.Parts parts, Body body, long base, List<Extent> run) {
        long start = base + run.get(0).offset();
        byte[] bytes = new byte[run.get(run.size() - 1).end() - run.get(0).offset()];
        parts.contents().read(parts.head(), body, start, start + bytes.length, start, (at, source, offset, count) -> System.arraycopy(source, offset, bytes, at, count));
        return parts.sealers().seal(bytes, start, parts.sealers().cuts(bytes, bytes.length, true));
    }

    /** Extents that touch, more than one at a time. */
    private static List<List<Extent>> runs(List<Extent> extents) {
        List<List<Extent>> runs = new ArrayList<>();
        List<Extent> run = new ArrayList<>();
        for (Extent extent : extents) {
            if (!run.isEmpty() && run.get(run.size() - 1).end() != extent.offset()) {
                runs.add(run);
                run = new ArrayList<>();
            }
            run.add(extent);
        }
        runs.add(run);
        return runs.stream().filter(r -> r.size() > 1).toList();
    }
}
