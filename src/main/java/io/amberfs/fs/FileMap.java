package io.amberfs.fs;

import io.amberfs.block.BlockRef;
import io.amberfs.codec.ExtentCodec;
import io.amberfs.history.Head;
import io.amberfs.history.RowKey;
import io.amberfs.history.Scan;
import io.amberfs.history.View;
import io.amberfs.history.Volume;
import io.amberfs.model.Body;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import io.amberfs.store.KeyBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Where the bytes of a file are: a body in its inode, or region rows.
 *
 * <p>A file of one region with few extents has them in its inode; the region rows of all others are keyed by a map number that is not used again, so that all of them can be let
 * go by naming no map. Thread-safe; changes to one file are under its lock.
 */
public final class FileMap {
    /** Contents up to this many bytes stay in the inode: a block and its index row would cost about as much. */
    static final int INLINE_MAX = 256;
    /** Extents that an inode may hold itself. */
    private static final int MAPPED_MAX = 4;

    /** A chunk and where in the file it belongs. */
    record Placed(long offset, BlockRef block) {
    }

    private final Records records;
    private final Volume volume;
    private final Splinters splinters;

    FileMap(Records records, Volume volume, Splinters splinters) {
        this.records = records;
        this.volume = volume;
        this.splinters = splinters;
    }

    /** The extents of the region {@code index}. */
    public List<Extent> region(View view, Body body, long index) {
        if (body instanceof Body.Regions regions) {
            return records.region(view, regions.map(), index);
        }
        return body instanceof Body.Mapped mapped && index == 0 ? mapped.extents() : List.of();
    }

    /** Calls {@code found} for each region that has extents, in order. */
    public void regions(View view, Body body, Consumer<Map.Entry<Long, List<Extent>>> found) {
        if (body instanceof Body.Mapped mapped) {
            found.accept(Map.entry(0L, mapped.extents()));
        } else if (body instanceof Body.Regions regions) {
            byte[] prefix = RowKey.of(records.volume(), RowKey.REGION, regions.map());
            try (Scan scan = view.scan(prefix, prefix)) {
                while (scan.next()) {
                    found.accept(Map.entry(RowKey.indexOf(scan.key()), ExtentCodec.decodeRegion(scan.value())));
                }
            }
        }
    }

    /** {@code inode} with the chunks in place: contiguous from the first one's offset on. Inline contents must be among them. */
    Inode install(Head.Change change, long ino, Inode inode, long size, List<Placed> chunks) {
        Map<Long, List<Extent>> added = byRegion(chunks);
        long start = chunks.get(0).offset();
        Placed last = chunks.get(chunks.size() - 1);
        long end = last.offset() + last.block().length();
        Body body = inode.body() instanceof Body.Inline ? Body.NONE : inode.body();
        long stored = inode.body() instanceof Body.Inline ? 0 : inode.stored();
        if (!(body instanceof Body.Regions) && end <= Limits.REGION) {
            List<Extent> old = region(volume.head(), body, 0);
            List<Extent> extents = Extents.splice(old, (int) start, (int) end, added.get(0L));
            stored += Extents.bytes(extents) - Extents.bytes(old);
            if (extents.size() <= MAPPED_MAX) {
                return inode.withContents(size, stored, new Body.Mapped(extents));
            }
            long map = volume.newIno();
            records.putRegion(change, map, 0, extents);
            return inode.withContents(size, stored, new Body.Regions(map));
        }
        long map = body instanceof Body.Regions regions ? regions.map() : volume.newIno();
        if (body instanceof Body.Mapped mapped) {
            records.putRegion(change, map, 0, mapped.extents());
        }
        for (Map.Entry<Long, List<Extent>> region : added.entrySet()) {
            long base = region.getKey() * Limits.REGION;
            List<Extent> old = records.region(volume.head(), map, region.getKey());
            List<Extent> extents = Extents.splice(old, (int) Math.max(0, start - base), (int) Math.min(Limits.REGION, end - base), region.getValue());
            stored += Extents.bytes(extents) - Extents.bytes(old);
            records.putRegion(change, map, region.getKey(), extents);
            splinters.notice(ino, region.getKey(), extents.size());
        }
        return inode.withContents(size, stored, new Body.Regions(map));
    }

    /** {@code inode} with the size {@code size} and the pieces in its body, which is that of a file that was not cut. */
    Inode inline(Inode inode, long size, List<SealQueue.Piece> pieces) {
        byte[] bytes = inode.body() instanceof Body.Inline inline ? Arrays.copyOf(inline.bytes(), (int) size) : new byte[(int) size];
        pieces.forEach(piece -> System.arraycopy(piece.bytes(), 0, bytes, (int) piece.start(), piece.length()));
        return inode.withContents(size, bytes.length, bytes.length == 0 ? Body.NONE : new Body.Inline(bytes));
    }

    /** {@code inode} with the size {@code size}, and nothing of what was behind it. */
    Inode truncate(Head.Change change, Inode inode, long size) {
        if (size >= inode.size()) {
            return inode.withContents(size, inode.stored(), inode.body());
        } else if (size == 0) {
            release(change, inode.body());
            return inode.withContents(0, 0, Body.NONE);
        }
        Body body = inode.body();
        if (body instanceof Body.Inline inline && inline.bytes().length > size) {
            return inode.withContents(size, size, new Body.Inline(Arrays.copyOf(inline.bytes(), (int) size)));
        } else if (body instanceof Body.Mapped mapped) {
            List<Extent> extents = Extents.splice(mapped.extents(), (int) Math.min(size, Limits.REGION), Limits.REGION, List.of());
            return inode.withContents(size, Extents.bytes(extents), extents.isEmpty() ? Body.NONE : new Body.Mapped(extents));
        } else if (body instanceof Body.Regions regions) {
            return inode.withContents(size, inode.stored() - cut(change, regions.map(), size), body);
        }
        return inode.withContents(size, inode.stored(), body);
    }

    /** A body with the contents that {@code body} has in {@code view}, under a map of its own: names the same blocks. */
    Body copy(Head.Change change, View view, Body body) {
        if (!(body instanceof Body.Regions)) {
            return body;
        }
        long map = volume.newIno();
        regions(view, body, region -> records.putRegion(change, map, region.getKey(), region.getValue()));
        return new Body.Regions(map);
    }

    /** Whether two bodies name the same bytes of the same blocks. */
    boolean isSame(View view, Body body, View otherView, Body other) {
        if (body instanceof Body.Inline inline && other instanceof Body.Inline otherInline) {
            return Arrays.equals(inline.bytes(), otherInline.bytes());
        } else if (body instanceof Body.Inline || other instanceof Body.Inline) {
            return false;
        }
        Map<Long, List<Extent>> regions = new TreeMap<>();
        regions(view, body, region -> regions.put(region.getKey(), region.getValue()));
        boolean[] same = {true};
        regions(otherView, other, region -> same[0] &= region.getValue().equals(regions.remove(region.getKey())));
        return same[0] && regions.isEmpty();
    }

    /** Lets go of region rows: nothing names them any more, the reaper deletes them. */
    void release(Head.Change change, Body body) {
        if (body instanceof Body.Regions regions) {
            change.put(RowKey.of(records.volume(), RowKey.REAP, regions.map()), new byte[] {1});
        }
    }

    private long cut(Head.Change change, long map, long size) {
        long first = size / Limits.REGION;
        int within = (int) (size % Limits.REGION);
        long removed = 0;
        byte[] prefix = RowKey.of(records.volume(), RowKey.REGION, map);
        try (Scan scan = volume.head().scan(prefix, KeyBytes.join(prefix, first))) {
            while (scan.next()) {
                long index = RowKey.indexOf(scan.key());
                List<Extent> old = ExtentCodec.decodeRegion(scan.value());
                List<Extent> extents = index == first ? Extents.splice(old, within, Limits.REGION, List.of()) : List.of();
                removed += Extents.bytes(old) - Extents.bytes(extents);
                records.putRegion(change, map, index, extents);
            }
        }
        return removed;
    }

    private static Map<Long, List<Extent>> byRegion(List<Placed> chunks) {
        Map<Long, List<Extent>> regions = new TreeMap<>();
        for (Placed placed : chunks) {
            BlockRef block = placed.block();
            long at = placed.offset();
            long end = at + block.length();
            while (at < end) {
                long index = at / Limits.REGION;
                int within = (int) (at % Limits.REGION);
                int length = (int) Math.min(end - at, Limits.REGION - within);
                regions.computeIfAbsent(index, i -> new ArrayList<>()).add(new Extent(within, length, block.number(), (int) (at - placed.offset()), block.check()));
                at += length;
            }
        }
        return regions;
    }
}
