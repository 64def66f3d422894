package io.amberfs.fs;

import io.amberfs.block.Hands;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Regions that small writes have split into many extents, and their rewriting into whole chunks: reads of them would open a block for every few kilobytes, and their records
 * would grow with each write.
 *
 * <ul>
 * <li>A region is rewritten once it has been left alone for a while, and its file is not locked meanwhile.
 * <li>One that is never left alone is rewritten under the lock of its file when it has far too many extents: else each small write would record all those before it.
 * </ul>
 *
 * <p>Thread-safe; {@link #step} is called by one thread, outside of the gate.
 */
final class Splinters {
    /** Page-sized writes make 256 extents of a region at most; a region with more than this many costs eight times the blocks of a whole one. */
    static final int MANY = 128;
    /** Their record has about 25 KiB: as much for each write as a whole region for forty of them. */
    static final int TOO_MANY = 1024;
    private static final int STEP = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Splinters.class);

    private record Place(long ino, long region) {
    }

    private record Noticed(long step, int extents) {
        boolean isDue(long now) {
            return step < now - 1 || isBusy();
        }

        boolean isBusy() {
            return extents > TOO_MANY;
        }
    }

    /** What a region is to be rewritten to, as long as it has the extents that it had. */
    private record Whole(List<Extent> extents, List<List<FileMap.Placed>> runs) {
    }

    /** Where, and how it was when it was last written to. */
    private final Map<Place, Noticed> noticed = new ConcurrentHashMap<>();
    private volatile long steps;

    /** A region has so many extents now. */
    void notice(long ino, long region, int extents) {
        if (extents > MANY) {
            noticed.put(new Place(ino, region), new Noticed(steps, extents));
        }
    }

    /** Rewrites some regions that were not written to since the step before, or that cannot wait for that. @param open as {@link Tree#open} */
    void step(Drive.Parts parts, Gate gate, LongFunction<OpenFile> open) {
        long now = ++steps;
        List<Place> due = noticed.entrySet().stream().filter(entry -> entry.getValue().isDue(now)).map(Map.Entry::getKey).limit(STEP).toList();
        for (Place place : due) {
            boolean busy = noticed.remove(place).isBusy();
            try {
                rewrite(parts, gate, open, place, busy);
            } catch (FsException e) {
                LOG.debug("inode {} is gone, so its region is not rewritten: {}", place.ino(), e.getMessage());
            } catch (CorruptException e) {
                LOG.warn("a region of inode {} stays as it is: {}", place.ino(), e.getMessage());
            }
        }
    }

    private static void rewrite(Drive.Parts parts, Gate gate, LongFunction<OpenFile> open, Place place, boolean busy) {
        OpenFile file = open.apply(place.ino());
        try (Hands.Held held = parts.sealers().hold()) {
            rewrite(parts, gate, file, place, busy);
        } finally {
            parts.release().accept(file);
        }
    }

    private static void rewrite(Drive.Parts parts, Gate gate, OpenFile file, Place place, boolean busy) {
        Optional<Whole> whole = busy ? Optional.empty() : Optional.of(whole(parts, place));
        try (Gate.Pass pass = gate.enter(); Gate.Pass held = file.hold()) {
            install(parts, place, whole.orElseGet(() -> whole(parts, place)));
        }
    }

    private static Whole whole(Drive.Parts parts, Place place) {
        Body body = parts.records().inode(parts.head(), place.ino()).body();
        List<Extent> extents = parts.contents().map().region(parts.head(), body, place.region());
        List<List<FileMap.Placed>> runs = new ArrayList<>();
        for (List<Extent> run : runs(extents)) {
            runs.add(seal(parts, body, place.region() * Limits.REGION, run));
        }
        return new Whole(extents, runs);
    }

    private static void install(Drive.Parts parts, Place place, Whole whole) {
        try (Head.Change change = parts.head().begin()) {
            Inode now = parts.records().inode(parts.head(), place.ino());
            if (whole.extents().equals(parts.contents().map().region(parts.head(), now.body(), place.region()))) {
                parts.records().put(change, place.ino(), parts.contents().map().install(change, place.ino(), now, now.size(), whole.runs()));
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
