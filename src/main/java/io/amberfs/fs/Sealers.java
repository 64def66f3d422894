package io.amberfs.fs;

import io.amberfs.block.BlockRef;
import io.amberfs.block.BlockStore;
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
