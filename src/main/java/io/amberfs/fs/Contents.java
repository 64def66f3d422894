package io.amberfs.fs;

import io.amberfs.block.BlockStore;
import io.amberfs.history.View;
import io.amberfs.model.Body;
import io.amberfs.model.CorruptException;
import io.amberfs.model.Extent;
import io.amberfs.model.Fault;
import io.amberfs.model.Inode;
import io.amberfs.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/** Reads recorded or installed contents of files through a view. Thread-safe. */
public final class Contents {
    private static final byte[] ZEROS = new byte[64 << 10];

    private final FileMap map;
    private final BlockStore blocks;
    private final Executor prefetcher;

    public Contents(FileMap map, BlockStore blocks, Executor prefetcher) {
        this.map = map;
        this.blocks = blocks;
        this.prefetcher = prefetcher;
    }

    public FileMap map() {
        return map;
    }

    /** Reads [start, end) of the body, holes as zeros; {@code base} is the file offset that the sink counts as 0. */
    public void read(View view, Body body, long start, long end, long base, Sink sink) {
        if (body instanceof Body.Inline inline) {
            long covered = Math.min(end, inline.bytes().length);
            if (start < covered) {
                sink.put((int) (start - base), inline.bytes(), (int) start, (int) (covered - start));
            }
            zeros(Math.max(start, covered), end, base, sink);
            return;
        }
        long at = start;
        while (at < end) {
            long region = at / Limits.REGION;
            long regionStart = region * Limits.REGION;
            long stop = Math.min(end, regionStart + Limits.REGION);
            for (Extent extent : map.region(view, body, region)) {
                long from = Math.max(at, regionStart + extent.offset());
                long to = Math.min(stop, regionStart + extent.end());
                if (from < to) {
                    zeros(at, from, base, sink);
                    byte[] chunk = blocks.chunk(extent.block(), extent.check());
                    int chunkAt = extent.blockOffset() + (int) (from - regionStart - extent.offset());
                    if (chunkAt + (to - from) > chunk.length) {
                        throw new CorruptException("block " + extent.block() + " is shorter than its extent");
                    }
                    sink.put((int) (from - base), chunk, chunkAt, (int) (to - from));
                    at = to;
                }
            }
            zeros(at, stop, base, sink);
            at = stop;
        }
    }

    /** The first bytes of a file, for callers that want an array. */
    public byte[] bytes(View view, Inode inode, long start, int length) {
        byte[] bytes = new byte[(int) Math.max(0, Math.min(length, inode.size() - start))];
        read(view, inode.body(), start, start + bytes.length, start, (at, source, offset, count) -> System.arraycopy(source, offset, bytes, at, count));
        return bytes;
    }

    /** Starts to load the blocks of [start, end) that are not in memory. */
    void prefetch(View view, Body body, long start, long end) {
        List<Extent> wanted = new ArrayList<>();
        for (long region = start / Limits.REGION; region * Limits.REGION < end; region++) {
            long base = region * Limits.REGION;
            for (Extent extent : map.region(view, body, region)) {
                boolean inside = base + extent.end() > start && base + extent.offset() < end;
                if (inside && !blocks.isCached(extent.block())) {
                    wanted.add(extent);
                }
            }
        }
        wanted.forEach(extent -> prefetcher.execute(() -> fetch(extent)));
    }

    /** A block that cannot be read is the reader's to report, when it comes there. */
    private void fetch(Extent extent) {
        try {
            blocks.chunk(extent.block(), extent.check());
        } catch (Fault e) {
            LoggerFactory.getLogger(Contents.class).debug("read-ahead of block {} failed", extent.block(), e);
        }
    }

    private static void zeros(long from, long to, long base, Sink sink) {
        for (long at = from; at < to; at += ZEROS.length) {
            sink.put((int) (at - base), ZEROS, 0, (int) Math.min(ZEROS.length, to - at));
        }
    }
}
