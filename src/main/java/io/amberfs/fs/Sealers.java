package io.amberfs.fs;

import io.amberfs.block.BlockRef;
import io.amberfs.block.BlockStore;
import io.amberfs.block.Hands;
import io.amberfs.chunk.Chunker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The threads that cut and seal; as many as there are processors. Chunks of one stretch are named and sealed side by side. Thread-safe. */
final class Sealers implements Executor, AutoCloseable {
    /** A chunk within an array. */
    record Cut(int start, int length) {
        int end() {
            return start + length;
        }
    }

    /** Pieces up to this many bytes are sealed several at a time, in arrays of up to so many. */
    private static final int SMALL = 16 << 10;
    private static final int TOGETHER_MAX = 1 << 20;
    private static final int TOGETHER_MIN = 8;

    private final ForkJoinPool pool = new ForkJoinPool(Math.max(2, Runtime.getRuntime().availableProcessors()));
    private final Chunker chunker;
    private final BlockStore blocks;

    Sealers(Chunker chunker, BlockStore blocks) {
        this.chunker = chunker;
        this.blocks = blocks;
    }

    /** To be held by who puts blocks, or takes their numbers from a record, until they are in a record of the present. */
    Hands.Held hold() {
        return blocks.hands().hold();
    }

    /** Cuts the first {@code length} bytes. The last cut is left out if it is not {@code last} and may go on with bytes that are still to come. */
    List<Cut> cuts(byte[] bytes, int length, boolean last) {
        List<Cut> cuts = new ArrayList<>();
        int at = 0;
        while (at < length) {
            int next = chunker.next(bytes, at, length);
            boolean open = at + next == length && next < Chunker.MAX;
            if (open && !last) {
                return cuts;
            }
            cuts.add(new Cut(at, next));
            at += next;
        }
        return cuts;
    }

    /** The length of the first chunk of {@code bytes}, if it does not go on behind them. */
    int length(byte[] bytes) {
        return chunker.next(bytes, 0, bytes.length);
    }

    /** Seals all chunks; many small pieces, as of scattered writes, side by side. @return those of each piece that has any */
    List<List<FileMap.Placed>> seal(List<SealQueue.Piece> pieces) {
        List<List<FileMap.Placed>> placed = new ArrayList<>();
        int at = 0;
        while (at < pieces.size()) {
            List<SealQueue.Piece> together = pieces.subList(at, smallEnd(pieces, at));
            if (together.size() >= TOGETHER_MIN) {
                sealTogether(together).forEach(chunk -> placed.add(List.of(chunk)));
                at += together.size();
            } else {
                SealQueue.Piece piece = pieces.get(at++);
                if (!piece.cuts().isEmpty()) {
                    placed.add(seal(piece.bytes(), piece.start(), piece.cuts()));
                }
            }
        }
        return placed;
    }

    /** The end of the small pieces of one chunk from {@code from} on that fit into one array. */
    private static int smallEnd(List<SealQueue.Piece> pieces, int from) {
        int end = from;
        int bytes = 0;
        while (end < pieces.size() && pieces.get(end).cuts().size() == 1 && pieces.get(end).length() <= SMALL && bytes + pieces.get(end).length() <= TOGETHER_MAX) {
            bytes += pieces.get(end).length();
            end++;
        }
        return end;
    }

    /** Seals pieces of one chunk each. */
    private List<FileMap.Placed> sealTogether(List<SealQueue.Piece> pieces) {
        byte[] bytes = new byte[pieces.stream().mapToInt(SealQueue.Piece::length).sum()];
        List<Cut> cuts = new ArrayList<>();
        int at = 0;
        for (SealQueue.Piece piece : pieces) {
            System.arraycopy(piece.bytes(), 0, bytes, at, piece.length());
            cuts.add(new Cut(at, piece.length()));
            at += piece.length();
        }
        List<FileMap.Placed> placed = seal(bytes, 0, cuts);
        return IntStream.range(0, pieces.size()).mapToObj(i -> new FileMap.Placed(pieces.get(i).start(), placed.get(i).block())).toList();
    }

    /** Seals chunks of {@code bytes}, which belong at {@code offset} of their file. */
    List<FileMap.Placed> seal(byte[] bytes, long offset, List<Cut> cuts) {
        if (cuts.size() == 1) {
            return List.of(place(blocks.put(bytes, cuts.get(0).start(), cuts.get(0).length()), offset, cuts.get(0)));
        }
        Optional<byte[][]> ids = blocks.ids(bytes, cuts.stream().mapToInt(Cut::start).toArray(), cuts.stream().mapToInt(Cut::length).toArray());
        return IntStream.range(0, cuts.size()).parallel().mapToObj(i -> {
            Cut cut = cuts.get(i);
            return place(ids.map(all -> blocks.put(all[i], bytes, cut.start(), cut.length())).orElseGet(() -> blocks.put(bytes, cut.start(), cut.length())), offset, cut);
        }).toList();
    }

    @Override
    public void execute(Runnable work) {
        pool.execute(work);
    }

    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("sealing did not end within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static FileMap.Placed place(BlockRef block, long offset, Cut cut) {
        return new FileMap.Placed(offset + cut.start(), block);
    }
}
