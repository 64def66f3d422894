package io.amberfs.fs;

import io.amberfs.block.BlockRef;
import io.amberfs.block.BlockStore;
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
import java.util.function.BiConsumer;
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

    /** Region rows that one change goes through, at most, where it can be made in several steps: 4 GiB without holes. */
    static final int ROWS_MAX = 4096;

    /** A chunk and where in the file it belongs. */
    record Placed(long offset, BlockRef block) {
    }

    /** Is shown extents. */
    @FunctionalInterface
    interface Visitor {
        /** @param at where it begins in the file. @return whether to go on */
        boolean extent(long at, Extent extent);
    }

    /** What is put anew, and where. */
    private record Rewriting(RegionEdits edits, long ino, long map, long start, long end) {
    }

    private final Records records;
    private final Volume volume;
    private final BlockStore blocks;
    private final Splinters splinters;

    FileMap(Records records, Volume volume, BlockStore blocks, Splinters splinters) {
        this.records = records;
        this.volume = volume;
        this.blocks = blocks;
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

    /**
     * Shows {@code visitor} the extents that end behind {@code start}, in order, until it returns false. Goes from row to row: regions without extents cost nothing.
     */
    void walk(View view, Body body, long start, Visitor visitor) {
        if (body instanceof Body.Mapped mapped) {
            show(mapped.extents(), 0, start, visitor);
        } else if (body instanceof Body.Regions regions) {
            try (Scan scan = rows(view, regions.map(), start)) {
                boolean more = true;
                while (more && scan.next()) {
                    more = show(ExtentCodec.decodeRegion(scan.value()), RowKey.indexOf(scan.key()) * Limits.REGION, start, visitor);
                }
            }
        }
    }

    /** Bytes of [start, end) that are no hole. */
    long stored(View view, Body body, long start, long end) {
        if (body instanceof Body.Inline inline) {
            return Math.max(0, Math.min(inline.bytes().length, end) - start);
        }
        long[] bytes = new long[1];
        walk(view, body, start, (at, extent) -> {
            bytes[0] += Math.max(0, Math.min(end, at + extent.length()) - Math.max(start, at));
            return at + extent.length() < end;
        });
        return bytes[0];
    }

    /** How far from {@code start} on, but not behind {@code end}, one change may go: so many region rows fit into memory. It is {@code end} or the border of a region. */
    long reach(Body body, long start, long end) {
        if (body instanceof Body.Regions regions) {
            int rows = 0;
            try (Scan scan = rows(volume.head(), regions.map(), start)) {
                while (scan.next() && RowKey.indexOf(scan.key()) * Limits.REGION < end) {
                    if (++rows > ROWS_MAX) {
                        return RowKey.indexOf(scan.key()) * Limits.REGION;
                    }
                }
            }
        }
        return end;
    }

    /** {@code inode} with the chunks of all runs in place; those of a run are contiguous from the first one's offset on. Inline contents must be among the first run. */
    Inode install(Head.Change change, long ino, Inode inode, long size, List<List<Placed>> runs) {
        RegionEdits edits = new RegionEdits(records, volume.head(), change);
        Inode now = inode;
        for (List<Placed> run : runs) {
            now = install(edits, ino, now, size, run);
        }
        edits.apply();
        return now;
    }

    private Inode install(RegionEdits edits, long ino, Inode inode, long size, List<Placed> chunks) {
        Layout layout = new Layout();
        for (Placed placed : chunks) {
            layout.add(placed.offset(), placed.block().length(), placed.block().number(), 0, placed.block().check());
        }
        Placed last = chunks.get(chunks.size() - 1);
        Inode base = inode.body() instanceof Body.Inline ? inode.withContents(inode.size(), 0, Body.NONE) : inode;
        return put(edits, ino, base, size, chunks.get(0).offset(), last.offset() + last.block().length(), layout);
    }

    /** {@code inode} with the size {@code size}, in whose [start, end) there is what {@code layout} says and nothing else. Its contents must not be inline. */
    Inode put(Head.Change change, long ino, Inode inode, long size, long start, long end, Layout layout) {
        RegionEdits edits = new RegionEdits(records, volume.head(), change);
        Inode now = put(edits, ino, inode, size, start, end, layout);
        edits.apply();
        return now;
    }

    private Inode put(RegionEdits edits, long ino, Inode inode, long size, long start, long end, Layout layout) {
        Body body = inode.body();
        layout.regions().values().forEach(this::name);
        if (!(body instanceof Body.Regions) && layout.isFirstRegion()) {
            List<Extent> old = region(volume.head(), body, 0);
            List<Extent> extents = Extents.splice(old, (int) Math.min(start, Limits.REGION), (int) Math.min(end, Limits.REGION), layout.region(0));
            long stored = inode.stored() + Extents.bytes(extents) - Extents.bytes(old);
            if (extents.size() <= MAPPED_MAX) {
                return inode.withContents(size, stored, extents.isEmpty() ? Body.NONE : new Body.Mapped(extents));
            }
            long map = volume.newIno();
            edits.put(map, 0, extents);
            return inode.withContents(size, stored, new Body.Regions(map));
        }
        long map = body instanceof Body.Regions regions ? regions.map() : volume.newIno();
        if (body instanceof Body.Mapped mapped) {
            edits.put(map, 0, mapped.extents());
        }
        Rewriting rewriting = new Rewriting(edits, ino, map, start, end);
        long added = 0;
        if (layout.regions().size() < (end - 1) / Limits.REGION - start / Limits.REGION + 1) {
            edits.apply();
            try (Scan scan = rows(volume.head(), map, start)) {
                while (scan.next() && RowKey.indexOf(scan.key()) * Limits.REGION < end) {
                    long index = RowKey.indexOf(scan.key());
                    added += layout.region(index).isEmpty() ? rewrite(rewriting, index, ExtentCodec.decodeRegion(scan.value()), List.of()) : 0;
                }
            }
        }
        for (Map.Entry<Long, List<Extent>> region : layout.regions().entrySet()) {
            boolean beyond = region.getKey() * Limits.REGION >= inode.size();
            added += rewrite(rewriting, region.getKey(), beyond ? List.of() : edits.get(map, region.getKey()), region.getValue());
        }
        return inode.withContents(size, inode.stored() + added, new Body.Regions(map));
    }

    /** {@code inode}, of which [start, end) is a hole as far as it has contents: no block is named there. */
    Inode punch(Head.Change change, long ino, Inode inode, long start, long end) {
        long stop = Math.min(end, inode.size());
        if (start >= stop) {
            return inode;
        } else if (start == 0 && stop == inode.size()) {
            release(change, inode.body());
            return inode.withContents(inode.size(), 0, Body.NONE);
        } else if (inode.body() instanceof Body.Inline inline) {
            int from = (int) Math.min(start, inline.bytes().length);
            byte[] bytes = stop < inline.bytes().length ? inline.bytes().clone() : Arrays.copyOf(inline.bytes(), from);
            Arrays.fill(bytes, from, (int) Math.min(stop, bytes.length), (byte) 0);
            return inode.withContents(inode.size(), bytes.length, bytes.length == 0 ? Body.NONE : new Body.Inline(bytes));
        }
        return put(change, ino, inode, inode.size(), start, stop, new Layout());
    }

    /** {@code inode} with the size {@code size} and the pieces in its body, which is that of a file that was not cut. */
    Inode inline(Inode inode, long size, List<SealQueue.Piece> pieces) {
        byte[] bytes = inode.body() instanceof Body.Inline inline ? Arrays.copyOf(inline.bytes(), (int) size) : new byte[(int) size];
        pieces.forEach(piece -> System.arraycopy(piece.bytes(), 0, bytes, (int) piece.start(), piece.length()));
        return inode.withContents(size, bytes.length, bytes.length == 0 ? Body.NONE : new Body.Inline(bytes));
    }

    /** {@code inode} with the size {@code size}, and nothing of what was behind it. */
    Inode truncate(Head.Change change, long ino, Inode inode, long size) {
        Body body = inode.body();
        if (size >= inode.size() || body == Body.NONE) {
            return inode.withContents(size, inode.stored(), body);
        } else if (size == 0) {
            release(change, body);
            return inode.withContents(0, 0, Body.NONE);
        } else if (body instanceof Body.Inline inline) {
            byte[] bytes = Arrays.copyOf(inline.bytes(), (int) Math.min(size, inline.bytes().length));
            return inode.withContents(size, bytes.length, new Body.Inline(bytes));
        }
        return put(change, ino, inode, size, size, Limits.FILE_MAX, new Layout());
    }

    /** A body with the contents that {@code body} has in {@code view}, under a map of its own: names the same blocks. Its rows are given to {@code put}. */
    Body copy(View view, Body body, BiConsumer<byte[], byte[]> put) {
        if (!(body instanceof Body.Regions)) {
            regions(view, body, region -> name(region.getValue()));
            return body;
        }
        long map = volume.newIno();
        regions(view, body, region -> {
            name(region.getValue());
            put.accept(RowKey.region(records.volume(), map, region.getKey()), ExtentCodec.encodeRegion(region.getValue()));
        });
        return new Body.Regions(map);
    }

    /** The extents come into a record of the present. */
    void name(List<Extent> extents) {
        extents.forEach(extent -> blocks.name(extent.block()));
    }

    /** Whether two bodies name the same bytes of the same blocks. */
    boolean isSame(View view, Body body, View otherView, Body other) {
        if (body instanceof Body.Inline inline && other instanceof Body.Inline otherInline) {
            return Arrays.equals(inline.bytes(), otherInline.bytes());
        } else if (body instanceof Body.Inline || other instanceof Body.Inline) {
            return false;
        }
        if (body instanceof Body.Regions regions && other instanceof Body.Regions otherRegions) {
            return isSame(view, regions.map(), otherView, otherRegions.map());
        }
        Map<Long, List<Extent>> regions = new TreeMap<>();
        regions(view, body, region -> regions.put(region.getKey(), region.getValue()));
        boolean[] same = {true};
        regions(otherView, other, region -> same[0] &= region.getValue().equals(regions.remove(region.getKey())));
        return same[0] && regions.isEmpty();
    }

    private boolean isSame(View view, long map, View otherView, long otherMap) {
        try (Scan rows = rows(view, map, 0); Scan others = rows(otherView, otherMap, 0)) {
            while (true) {
                boolean more = rows.next();
                if (more != others.next()) {
                    return false;
                } else if (!more) {
                    return true;
                } else if (RowKey.indexOf(rows.key()) != RowKey.indexOf(others.key())
                    || !ExtentCodec.decodeRegion(rows.value()).equals(ExtentCodec.decodeRegion(others.value()))) {
                    return false;
                }
            }
        }
    }

    /** Lets go of region rows: nothing names them any more, the reaper deletes them. */
    void release(Head.Change change, Body body) {
        if (body instanceof Body.Regions regions) {
            change.put(RowKey.of(records.volume(), RowKey.REAP, regions.map()), new byte[] {1});
        }
    }

    /** One region anew. @return how many bytes more it has than before */
    private long rewrite(Rewriting in, long index, List<Extent> old, List<Extent> added) {
        long base = index * Limits.REGION;
        List<Extent> extents = Extents.splice(old, (int) Math.max(0, in.start() - base), (int) Math.min(Limits.REGION, in.end() - base), added);
        in.edits().put(in.map(), index, extents);
        splinters.notice(in.ino(), index, extents.size());
        return Extents.bytes(extents) - Extents.bytes(old);
    }

    /** The region rows from the one that has {@code start}. */
    private Scan rows(View view, long map, long start) {
        byte[] prefix = RowKey.of(records.volume(), RowKey.REGION, map);
        return view.scan(prefix, KeyBytes.join(prefix, start / Limits.REGION));
    }

    private static boolean show(List<Extent> extents, long base, long start, Visitor visitor) {
        for (Extent extent : extents) {
            if (base + extent.end() > start && !visitor.extent(base + extent.offset(), extent)) {
                return false;
            }
        }
        return true;
    }
}
