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

    /** Who asks for so much at once is a kernel that reads ahead by itself, side by side, and keeps what it gets; or a program that could as well. */
    static final int LARGE = 256 << 10;

    /** {@code length} bytes from {@code from} of an extent on, which belong at {@code at} of what is read. */
    private record Piece(Extent extent, int from, int length, int at) {
        /** Whether nobody reads other bytes of the block elsewhere, as far as can be seen here. */
        boolean isWhole() {
            return length == extent.length() && extent.blockOffset() == 0;
        }

        /** @return false if the chunk, {@code size} bytes from {@code offset} on, does not have them */
        boolean put(byte[] chunk, int offset, int size, Sink sink) {
            int start = extent.blockOffset() + from;
            if (start + length > size) {
                return false;
            }
            sink.put(at, chunk, offset + start, length);
            return true;
        }
    }

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
                    read(new Piece(extent, (int) (from - regionStart - extent.offset()), (int) (to - from), (int) (from - base)), end - start >= LARGE, sink);
                    at = to;
                }
            }
            zeros(at, stop, base, sink);
            at = stop;
        }
    }

    /** @param passing whether who reads goes on: what it takes in whole is not kept. Of other blocks it, or who reads beside it, takes the rest. */
    private void read(Piece piece, boolean passing, Sink sink) {
        Extent extent = piece.extent();
        boolean fits;
        if (passing && piece.isWhole()) {
            fits = blocks.show(extent.block(), extent.check(), (bytes, offset, length) -> piece.put(bytes, offset, length, sink));
        } else {
            byte[] chunk = blocks.chunk(extent.block(), extent.check());
            fits = piece.put(chunk, 0, chunk.length, sink);
        }
        if (!fits) {
            throw new CorruptException("block " + extent.block() + " is shorter than its extent");
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
