package io.amberfs.bench;

import io.amberfs.crypto.CipherCheck;
import io.amberfs.crypto.Keys;
import io.amberfs.crypto.Sealer;
import io.amberfs.crypto.Session;
import io.amberfs.crypto.SessionTable;
import io.amberfs.model.Entropy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

/** What sealing, opening and naming cost: rows of 100 bytes, blocks of 64 KiB. One thread unless JMH is told otherwise (-t). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SealBenchmark {
    private static final byte[] NOTHING = {};

    private final byte[] ad = new byte[48];
    private final byte[] opened = new byte[64 << 10];
    private final byte[] row = new byte[100];
    private final byte[] block = new byte[64 << 10];
    private final byte[] name = "a-file-name-of-32-characters.java".getBytes(StandardCharsets.UTF_8);
    private Keys keys;
    private Sealer sealer;
    private Sealer later;
    private byte[] sealedRow;
    private byte[] sealedBlock;

    @Setup
    public void setUp() throws InterruptedException {
        // As the daemon does, which compiles ciphers sooner: without it, blocks take 30 times as long for the first several hundred MB.
        for (int i = 0; i < 8; i++) {
            CipherCheck.warm();
        }
        Random random = new Random(1);
        random.nextBytes(row);
        random.nextBytes(block);
        keys = new Keys(new byte[Keys.MASTER_LENGTH]);
        OneSession sessions = new OneSession();
        sealer = new Sealer(keys, Entropy.system(), sessions);
        later = new Sealer(keys, Entropy.system(), sessions);
        sealedRow = sealer.sealRow(ad, row, 0, row.length);
        sealedBlock = sealer.sealBlock(ad, NOTHING, block, 0, block.length);
    }

    @Benchmark
    public byte[] sealRow100() {
        return sealer.sealRow(ad, row, 0, row.length);
    }

    @Benchmark
    public byte[] openRow100() {
        return sealer.openRow(ad, sealedRow);
    }

    /** As after a restart: the session is found in the cache. */
    @Benchmark
    public byte[] openRow100OfAnEarlierSession() {
        return later.openRow(ad, sealedRow);
    }

    @Benchmark
    public byte[] sealBlock64k() {
        return sealer.sealBlock(ad, NOTHING, block, 0, block.length);
    }

    @Benchmark
    public int openBlock64k() {
        return sealer.openBlock(ad, sealedBlock, 0, sealedBlock.length, opened);
    }

    @Benchmark
    public byte[] contentId64k() {
        return keys.contentId().of(block, 0, block.length);
    }

    @Benchmark
    public byte[] nameHash() {
        return keys.nameHash().of(name);
    }

    private static final class OneSession implements SessionTable {
        private Optional<Session> first = Optional.empty();

        @Override
        public synchronized Session begin(byte keyId, byte[] id) {
            Session session = new Session(first.isEmpty() ? 1 : 2, keyId, id);
            first = first.isEmpty() ? Optional.of(session) : first;
            return session;
        }

        @Override
        public synchronized Optional<Session> find(int number) {
            return number == 1 ? first : Optional.empty();
        }
    }
}
