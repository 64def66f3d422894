package io.amberfs.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.CorruptException;
import io.amberfs.model.Entropy;
import io.amberfs.model.Fault;
import io.amberfs.model.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

final class SealerTest {
    private static final byte[] AD = "row 7 of table 3".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PLAIN = "forty-two bytes that stand for a real row!".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOTHING = {};
    private static final byte[] MASTER = new CountingEntropy(0).bytes(32);

    private final MemorySessions sessions = new MemorySessions();
    private final Keys keys = new Keys(MASTER);
    private final Sealer sealer = new Sealer(keys, new CountingEntropy(100), sessions);

    @Test
    void whatWasSealedOpens() {
        for (int length : new int[] {0, 1, 15, 16, 17, 100, 4095, 65536, 65537}) {
            byte[] plain = new byte[length + 5];
            new Random(length).nextBytes(plain);
            byte[] wanted = Arrays.copyOfRange(plain, 3, 3 + length);
            byte[] row = sealer.sealRow(AD, plain, 3, length);
            byte[] block = sealer.sealBlock(AD, NOTHING, plain, 3, length);
            assertEquals(length + Sealer.ROW_OVERHEAD, row.length);
            assertEquals(length + Sealer.BLOCK_OVERHEAD, block.length);
            assertArrayEquals(wanted, sealer.openRow(AD, row));
            assertArrayEquals(wanted, open(sealer, AD, block));
        }
    }

    @Test
    void aBlockStandsBehindWhatItIsToStandBehindAndOpensThere() {
        byte[] front = {1, 2, 3};
        byte[] row = sealer.sealBlock(AD, front, PLAIN, 0, PLAIN.length);
        assertArrayEquals(front, Arrays.copyOf(row, 3));
        assertArrayEquals(PLAIN, open(sealer, AD, Arrays.copyOfRange(row, 3, row.length)));
        byte[] longer = Arrays.copyOf(row, row.length + 10);
        byte[] out = new byte[PLAIN.length + 5];
        assertEquals(PLAIN.length, sealer.openBlock(AD, longer, 3, row.length - 3, out));
        assertArrayEquals(PLAIN, Arrays.copyOf(out, PLAIN.length));
        assertThrows(CorruptException.class, () -> sealer.openBlock(AD, longer, 3, longer.length - 3, out));
        assertThrows(CorruptException.class, () -> sealer.openBlock(AD, row, 3, row.length - 3, new byte[PLAIN.length - 1]), "no room");
    }

    @Test
    void sealedFormsAreTheExamplesOfTheFormat() {
        assertEquals("01000000010000000000003c40481fd3c60729f4e63902e6f2f01f4de637351c5ba4b7beca14689c7ecb6297dfaf9d76aa732a7232e092336bf7685ae5e9d50894"
            + "da556043", HexFormat.of().formatHex(row()));
        assertEquals("01016465666768696a6b6c6d6e6f70717273000000000001390d9cbd20afc2c6aa0a01fb4f77a42f97b6b83394eddd52250271ea1cc00744cc3d8bcdbb034b37f1"
            + "ebaec42c210c37d8872d15b2a571d14ce8", HexFormat.of().formatHex(block()));
    }

    @Test
    void sealedFormsCanBeMadeByAnotherImplementationFromTheFormatAlone() throws Exception {
        byte[] dataKey = Hkdf.derive(MASTER, new byte[0], "amberfs v1 data key 1", 32);
        byte[] session = new CountingEntropy(100).bytes(16);

        byte[] rowHeader = HexFormat.of().parseHex("01" + "00000001" + "000000000000");
        byte[] rowKey = Hkdf.derive(dataKey, session, "amberfs session v1 row", 32);
        assertArrayEquals(concat(rowHeader, gcm(rowKey, "000000000000000000000000", concat(rowHeader, AD), PLAIN)), row());

        byte[] blockHeader = concat(HexFormat.of().parseHex("0101"), session, HexFormat.of().parseHex("000000000001"));
        byte[] blockKey = Hkdf.derive(dataKey, session, "amberfs session v1 block", 32);
        assertArrayEquals(concat(blockHeader, gcm(blockKey, "000000000000000000000001", concat(blockHeader, AD), PLAIN)), block());
    }

    @Test
    void everyFlippedBitOfARowIsNoticed() {
        everyFlippedBitIsNoticed(row(), sealed -> sealer.openRow(AD, sealed));
    }

    @Test
    void everyFlippedBitOfABlockIsNoticed() {
        everyFlippedBitIsNoticed(block(), sealed -> open(sealer, AD, sealed));
    }

    @Test
    void everyTruncationAndExtensionIsNoticed() {
        for (byte[] sealed : List.of(row(), block())) {
            for (int length = 0; length <= sealed.length + 20; length++) {
                byte[] changed = Arrays.copyOf(sealed, length);
                if (length != sealed.length) {
                    assertThrows(CorruptException.class, () -> sealer.openRow(AD, changed), "as a row, length " + length);
                    assertThrows(CorruptException.class, () -> open(sealer, AD, changed), "as a block, length " + length);
                }
            }
        }
    }

    @Test
    void randomBytesAreRefusedAsDamage() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 0 && random.nextBoolean()) {
                noise[0] = 1;
            }
            assertThrows(Fault.class, () -> sealer.openRow(AD, noise), "seed " + seed);
            assertThrows(Fault.class, () -> open(sealer, AD, noise), "seed " + seed);
        }
    }

    @Test
    void otherAssociatedDataDoesNotOpen() {
        byte[] row = row();
        byte[] block = block();
        for (byte[] other : List.of(new byte[0], Arrays.copyOf(AD, AD.length - 1), Arrays.copyOf(AD, AD.length + 1))) {
            assertThrows(CorruptException.class, () -> sealer.openRow(other, row));
            assertThrows(CorruptException.class, () -> open(sealer, other, block));
        }
    }

    @Test
    void rowsAndBlocksAreSealedUnderDifferentKeys() {
        byte[] session = new byte[16];
        assertFalse(Arrays.equals(keys.rowKey((byte) 1, session).getEncoded(), keys.blockKey((byte) 1, session).getEncoded()));
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] row = row();
        row[0] = 9;
        UnsupportedFormatException e = assertThrows(UnsupportedFormatException.class, () -> sealer.openRow(AD, row));
        assertTrue(e.getMessage().contains("version 9") && e.getMessage().contains("version 1"), e.getMessage());
    }

    @Test
    void aRowOfAnUnknownSessionIsDamage() {
        byte[] row = row();
        CorruptException e = assertThrows(CorruptException.class, () -> new Sealer(keys, Entropy.system(), new MemorySessions()).openRow(AD, row));
        assertTrue(e.getMessage().contains("session 1"), e.getMessage());
    }

    @Test
    void aLaterProcessOpensWhatAnEarlierOneSealed() {
        byte[] row = row();
        byte[] block = block();
        Sealer later = new Sealer(new Keys(MASTER), Entropy.system(), sessions);
        assertArrayEquals(PLAIN, later.openRow(AD, row));
        assertArrayEquals(PLAIN, open(later, AD, block));
    }

    @Test
    void aBlockOpensOnAMachineThatNeverSawItsSession() {
        byte[] block = block();
        assertArrayEquals(PLAIN, open(new Sealer(new Keys(MASTER), Entropy.system(), new MemorySessions()), AD, block));
    }

    @Test
    void anotherMasterKeyDoesNotOpen() {
        byte[] row = row();
        byte[] block = block();
        Sealer stranger = new Sealer(new Keys(new byte[32]), Entropy.system(), sessions);
        assertThrows(CorruptException.class, () -> stranger.openRow(AD, row));
        assertThrows(CorruptException.class, () -> open(stranger, AD, block));
    }

    @Test
    void openingAloneBeginsNoSession() {
        byte[] block = block();
        MemorySessions untouched = new MemorySessions();
        open(new Sealer(keys, Entropy.system(), untouched), AD, block);
        assertEquals(0, untouched.count());
    }

    @Test
    void noNonceRepeatsOverManyThreadsAndSealers() throws Exception {
        int threads = 8;
        int each = 5_000;
        List<Sealer> sealers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sealers.add(new Sealer(keys, Entropy.system(), sessions));
        }
        // A session and its counter: together they are the key and the nonce.
        Set<String> rowNonces = ConcurrentHashMap.newKeySet();
        Set<String> blockNonces = ConcurrentHashMap.newKeySet();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        Sealer one = sealers.get(i % sealers.size());
                        byte[] row = one.sealRow(AD, PLAIN, 0, 1);
                        byte[] block = one.sealBlock(AD, NOTHING, PLAIN, 0, 1);
                        rowNonces.add(HexFormat.of().formatHex(row, 1, 11));
                        blockNonces.add(HexFormat.of().formatHex(block, 1, 24));
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(threads * each, rowNonces.size());
        assertEquals(threads * each, blockNonces.size());
        assertEquals(sealers.size(), sessions.count());
    }

    @Test
    void aTableThatGivesAnOldSessionBackIsNotSealedUnder() {
        sessions.begin((byte) 1, new byte[16]);
        SessionTable stuck = new SessionTable() {
            @Override
            public Session begin(byte keyId, byte[] id) {
                return sessions.find(1).orElseThrow();
            }

            @Override
            public Optional<Session> find(int number) {
                return sessions.find(number);
            }
        };
        assertThrows(IllegalStateException.class, () -> new Sealer(keys, Entropy.system(), stuck).sealRow(AD, PLAIN, 0, 1));
    }

    @Test
    void theCounterIsRefusedRatherThanRepeated() {
        Sealer worn = new Sealer(keys, Entropy.system(), sessions, (1L << 48) - 1);
        byte[] last = worn.sealRow(AD, PLAIN, 0, PLAIN.length);
        assertEquals("ffffffffffff", HexFormat.of().formatHex(last, 5, 11));
        assertArrayEquals(PLAIN, worn.openRow(AD, last));
        assertThrows(IllegalStateException.class, () -> worn.sealRow(AD, PLAIN, 0, 1));
        assertThrows(IllegalStateException.class, () -> worn.sealBlock(AD, NOTHING, PLAIN, 0, 1));
    }

    @Test
    void moreSessionsThanTheCacheHoldsStillOpen() {
        List<byte[]> rows = new ArrayList<>();
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Sealer one = new Sealer(keys, Entropy.system(), sessions);
            rows.add(one.sealRow(AD, PLAIN, 0, PLAIN.length));
            blocks.add(one.sealBlock(AD, NOTHING, PLAIN, 0, PLAIN.length));
        }
        for (int round = 0; round < 2; round++) {
            rows.forEach(row -> assertArrayEquals(PLAIN, sealer.openRow(AD, row)));
            blocks.forEach(block -> assertArrayEquals(PLAIN, open(sealer, AD, block)));
        }
    }

    @Test
    void aClosedSealerRefuses() {
        byte[] row = row();
        byte[] block = block();
        sealer.close();
        assertThrows(IllegalStateException.class, () -> sealer.sealRow(AD, PLAIN, 0, 1));
        assertThrows(IllegalStateException.class, () -> sealer.sealBlock(AD, NOTHING, PLAIN, 0, 1));
        assertThrows(IllegalStateException.class, () -> sealer.openRow(AD, row));
        assertThrows(IllegalStateException.class, () -> open(sealer, AD, block));
    }

    /** The first value of the sealer when called first, with counter 0; the block then has counter 1. */
    private byte[] row() {
        return sealer.sealRow(AD, PLAIN, 0, PLAIN.length);
    }

    private byte[] block() {
        return sealer.sealBlock(AD, NOTHING, PLAIN, 0, PLAIN.length);
    }

    private static void everyFlippedBitIsNoticed(byte[] sealed, UnaryOperator<byte[]> open) {
        assertArrayEquals(PLAIN, open.apply(sealed));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Class<? extends Fault> expected = bit < 8 ? UnsupportedFormatException.class : CorruptException.class;
            assertThrows(expected, () -> open.apply(changed), "bit " + bit);
        }
    }

    private static byte[] gcm(byte[] key, String nonce, byte[] ad, byte[] plain) throws Exception {
        GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(true, new AEADParameters(new KeyParameter(key), 128, HexFormat.of().parseHex(nonce), ad));
        byte[] out = new byte[plain.length + 16];
        int done = cipher.processBytes(plain, 0, plain.length, out, 0);
        cipher.doFinal(out, done);
        return out;
    }

    private static byte[] concat(byte[]... parts) {
        BiFunction<byte[], byte[], byte[]> join = (a, b) -> {
            byte[] out = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, out, a.length, b.length);
            return out;
        };
        return Arrays.stream(parts).reduce(new byte[0], join::apply);
    }

    private static byte[] open(Sealer sealer, byte[] ad, byte[] block) {
        byte[] out = new byte[Math.max(0, block.length - Sealer.BLOCK_OVERHEAD)];
        assertEquals(out.length, sealer.openBlock(ad, block, 0, block.length, out));
        return out;
    }
}
