package io.amberfs.bench;

import io.amberfs.chunk.Chunker;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cuts 64 MB of random bytes on one thread. 16 operations a second are about 1 GB/s: one operation is 64,000,000 bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ChunkBenchmark {
    private static final int LENGTH = 64_000_000;

    private final byte[] input = new byte[LENGTH];
    private Chunker chunker;

    @Setup
    public void fill() {
        Random random = new Random(1);
        random.nextBytes(input);
        chunker = new Chunker(random.longs(Chunker.GEAR_LENGTH).toArray());
    }

    /** The number of chunks, so that no work can be left out. */
    @Benchmark
    public int cut() {
        int chunks = 0;
        for (int at = 0; at < LENGTH; at += chunker.next(input, at, LENGTH)) {
            chunks++;
        }
        return chunks;
    }
}
