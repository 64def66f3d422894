package io.amberfs.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacLanesTest {
    /** Around the ends of a block of 64 bytes and of its padding. */
    private static final int[] LENGTHS = {0, 1, 54, 55, 56, 63, 64, 65, 118, 119, 120, 127, 128, 129};

    private final Optional<HmacLanes> lanes = HmacLanes.ofThisMachine(Map.of());

    private static byte[] code(byte[] key, byte[] source, int offset, int length) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(source, offset, length);
        return mac.doFinal();
    }

    @Test
    void manyAtATimeAreWhatTheyAreOneByOneWithEachWidthOfVectors() throws GeneralSecurityException {
        assumeTrue(lanes.isPresent(), "this processor has instructions for SHA-256, or no vectors");
        long seed = Long.getLong("amberfs.seed", System.nanoTime());
        System.out.println("HmacLanesTest seed " + seed);
        Random random = new Random(seed);
        for (HmacLanes each : Stream.of(lanes, lanes.get().narrower()).flatMap(Optional::stream).toList()) {
            for (int round = 0; round < 200; round++) {
                byte[] key = new byte[1 + random.nextInt(64)];
                byte[] source = new byte[random.nextInt(20) == 0 ? 2_000_000 : 4000];
                random.nextBytes(key);
                random.nextBytes(source);
                int[] offsets = random.ints(random.nextInt(70), 0, source.length / 2).toArray();
                int[] lengths = Arrays.stream(offsets).map(offset -> random.nextBoolean() ? LENGTHS[random.nextInt(LENGTHS.length)] : random.nextInt(source.length / 2)).toArray();
                byte[][] found = each.codes(key, source, offsets, lengths).orElseThrow();
                for (int i = 0; i < offsets.length; i++) {
                    String where = "seed " + seed + ", " + each.lanes() + " lanes, round " + round + ": " + lengths[i] + " bytes";
                    assertArrayEquals(code(key, source, offsets[i], lengths[i]), found[i], where);
                }
            }
        }
    }

    @Test
    void whatDoesNotFitIsNotHashedTogether() {
        assumeTrue(lanes.isPresent(), "this processor has instructions for SHA-256, or no vectors");
        byte[] source = new byte[HmacLanes.ROOM_BYTES + 1];
        assertTrue(lanes.get().codes(new byte[32], source, new int[] {0, 1}, new int[] {1, HmacLanes.ROOM_BYTES}).isEmpty());
        assertEquals(2, lanes.get().codes(new byte[32], source, new int[] {1, 1}, new int[] {1, HmacLanes.ROOM_BYTES}).orElseThrow().length);
    }

    @Test
    void moreThreadsThanThereAreRoomsAreAnsweredRightlyOrNotAtAll() throws Exception {
        assumeTrue(lanes.isPresent(), "this processor has instructions for SHA-256, or no vectors");
        byte[] key = new byte[32];
        byte[] source = new byte[1 << 20];
        new Random(7).nextBytes(source);
        int[] offsets = IntStream.range(0, 16).map(i -> i << 16).toArray();
        int[] lengths = IntStream.range(0, 16).map(i -> 65_536 - i).toArray();
        byte[][] expected = lanes.get().codes(key, source, offsets, lengths).orElseThrow();
        ExecutorService threads = Executors.newFixedThreadPool(3 * HmacLanes.ROOMS);
        try {
            List<Future<Integer>> answered = threads.invokeAll(Collections.nCopies(3 * HmacLanes.ROOMS, () -> {
                int count = 0;
                for (int round = 0; round < 50; round++) {
                    Optional<byte[][]> found = lanes.get().codes(key, source, offsets, lengths);
                    found.ifPresent(codes -> assertArrayEquals(expected, codes));
                    count += found.isPresent() ? 1 : 0;
                }
                return count;
            }));
            int all = 0;
            for (Future<Integer> each : answered) {
                all += each.get();
            }
            assertTrue(all >= HmacLanes.ROOMS, "answered " + all);
        } finally {
            threads.shutdownNow();
        }
    }
}
