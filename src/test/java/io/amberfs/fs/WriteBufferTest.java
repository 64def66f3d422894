package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteBufferTest {
    /** What a buffer holds, byte by byte. */
    private static final class Model {
        private final byte[] bytes;
        private final BitSet written;

        Model(int size) {
            bytes = new byte[size];
            written = new BitSet(size);
        }

        void write(int offset, byte[] source, int from, int length) {
            System.arraycopy(source, from, bytes, offset, length);
            written.set(offset, offset + length);
        }

        void compare(WriteBuffer buffer, int from, int to, String when) {
            byte[] found = new byte[bytes.length];
            BitSet covered = new BitSet();
            long before = from;
            for (WriteBuffer.Stretch stretch : buffer.overlapping(from, to)) {
                assertTrue(stretch.length() > 0 && stretch.end() > from && stretch.start() < to && (stretch.start() >= before || covered.isEmpty()), when);
                before = stretch.end();
                System.arraycopy(stretch.bytes(), 0, found, (int) stretch.start(), stretch.length());
                covered.set((int) stretch.start(), (int) stretch.end());
            }
            BitSet wanted = written.get(from, to);
            assertEquals(wanted, covered.get(from, to), when);
            for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
                assertEquals(bytes[from + i], found[from + i], when);
            }
        }
    }

    @Test
    void aBufferHoldsWhatAnArrayHolds() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            WriteBuffer buffer = new WriteBuffer(new Slabs());
            Model model = new Model(6000);
            for (int step = 0; step < 60; step++) {
                String when = "seed " + seed + " step " + step;
                byte[] source = new byte[1500];
                random.nextBytes(source);
                int from = random.nextInt(100);
                int length = 1 + random.nextInt(random.nextBoolean() ? 20 : 1300);
                int offset = random.nextInt(6000 - length);
                int before = model.written.cardinality();
                if (random.nextInt(12) == 0) {
                    List<WriteBuffer.Stretch> stretches = List.copyOf(buffer.overlapping(0, 6000));
                    stretches.stream().skip(stretches.size() / 2).findFirst().ifPresent(stretch -> {
                        buffer.remove(stretch);
                        model.written.clear((int) stretch.start(), (int) stretch.end());
                    });
                } else if (random.nextInt(10) == 0) {
                    byte[] under = Arrays.copyOf(source, length);
                    long grown = buffer.underlay(under);
                    for (int i = 0; i < length; i++) {
                        if (!model.written.get(i)) {
                            model.write(i, under, i, 1);
                        }
                    }
                    assertEquals(model.written.cardinality() - before, grown, when);
                } else {
                    long grown = buffer.write(offset, Source.of(source, from), length);
                    model.write(offset, source, from, length);
                    assertEquals(model.written.cardinality() - before, grown, when);
                }
                assertEquals(model.written.cardinality(), buffer.size(), when);
                model.compare(buffer, 0, 6000, when);
                model.compare(buffer, offset, offset + length, when);
            }
            buffer.clear();
            assertTrue(buffer.isEmpty() && buffer.size() == 0 && !buffer.hasFull());
        }
    }

    private static List<WriteBuffer.Stretch> all(WriteBuffer buffer, int lengthMin) {
        List<WriteBuffer.Stretch> all = new ArrayList<>();
        for (Optional<WriteBuffer.Stretch> next = buffer.next(0, lengthMin); next.isPresent(); next = buffer.next(next.get().end(), lengthMin)) {
            all.add(next.get());
        }
        return all;
    }

    @Test
    void aStretchStopsGrowingWhenItIsFull() {
        WriteBuffer buffer = new WriteBuffer(new Slabs());
        byte[] source = new byte[(1 << 20) + 17];
        new Random(1).nextBytes(source);
        for (int i = 0; i < 9; i++) {
            buffer.write((long) i * source.length, Source.of(source, 0), source.length);
        }
        List<WriteBuffer.Stretch> all = all(buffer, 1);
        assertEquals(List.of(WriteBuffer.STRETCH_MAX, WriteBuffer.STRETCH_MAX), all.stream().limit(2).map(WriteBuffer.Stretch::length).toList());
        assertEquals(2, all(buffer, WriteBuffer.STRETCH_MAX).size());
        assertTrue(buffer.hasFull());
        byte[] joined = new byte[9 * source.length];
        all.forEach(stretch -> System.arraycopy(stretch.bytes(), 0, joined, (int) stretch.start(), stretch.length()));
        for (int i = 0; i < 9; i++) {
            assertArrayEquals(source, Arrays.copyOfRange(joined, i * source.length, (i + 1) * source.length));
        }
    }
}
