package io.amberfs.fs;

import io.amberfs.block.BlockRef;
import io.amberfs.block.BlockStore;
import io.amberfs.chunk.Chunker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The threads that cut and seal; as many as there are processors. Chunks of one stretch are sealed side by side. Thread-safe. */
final class Sealers implements Executor, AutoCloseable {
    /** A chunk within an array. */
    record Cut(int start, int length) {
        int end() {
            return start + length;
        }
    }

    /** Chunks that are worth naming together: with fewer, the lanes are often empty. */
    private static final int SHARE_MIN = 48;

    private final ForkJoinPool pool = new ForkJoinPool(Math.max(2, Runtime.getRuntime().availableProcessors()));
    private final Chunker chunker;
    private final BlockStore blocks;

    Sealers(Chunker chunker, BlockStore blocks) {
        this.chunker = chunker;
        this.blocks = blocks;
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

    /** Seals chunks of {@code bytes}, which belong at {@code offset} of their file. */
    List<FileMap.Placed> seal(byte[] bytes, long offset, List<Cut> cuts) {
        byte[][] ids = ids(bytes, cuts);
        IntStream each = IntStream.range(0, cuts.size());
        return (cuts.size() == 1 ? each : each.parallel()).mapToObj(i -> place(ids[i], bytes, offset, cuts.get(i))).toList();
    }

    /** In as many shares as there are threads, if they stay large enough: many chunks are named sooner than one by one. */
    private byte[][] ids(byte[] bytes, List<Cut> cuts) {
        int shares = Math.max(1, Math.min(pool.getParallelism(), cuts.size() / SHARE_MIN));
        byte[][] ids = new byte[cuts.size()][];
        IntStream each = IntStream.range(0, shares);
        (shares == 1 ? each : each.parallel()).forEach(share -> {
            int from = cuts.size() * share / shares;
            List<Cut> some = cuts.subList(from, cuts.size() * (share + 1) / shares);
            byte[][] found = blocks.ids(bytes, some.stream().mapToInt(Cut::start).toArray(), some.stream().mapToInt(Cut::length).toArray());
            System.arraycopy(found, 0, ids, from, found.length);
        });
        return ids;
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

    private FileMap.Placed place(byte[] id, byte[] bytes, long offset, Cut cut) {
        BlockRef block = blocks.put(id, bytes, cut.start(), cut.length());
        return new FileMap.Placed(offset + cut.start(), block);
    }
}
