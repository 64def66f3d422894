package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.store.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlabsTest {
    private final Slabs slabs = new Slabs();

    @Test
    void whatIsGivenBackIsUsedAgainAndThereAreNeverMoreThanTheBound() {
        List<byte[]> taken = new ArrayList<>();
        for (int i = 0; i < Slabs.MOST; i++) {
            taken.add(slabs.take().orElseThrow());
        }
        assertTrue(slabs.take().isEmpty());
        slabs.give(taken.get(3));
        assertSame(taken.get(3), slabs.take().orElseThrow());
        slabs.forsake();
        assertNotSame(taken.get(3), slabs.take().orElseThrow(), "somebody may still read it");
        assertTrue(slabs.take().isEmpty());
    }

    @Test
    void longStretchesGiveTheirSlabsBackOrDoWithoutOne() {
        byte[] source = new byte[600 << 10];
        new Random(7).nextBytes(source);
        WriteBuffer buffer = new WriteBuffer(slabs);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < Slabs.MOST + 2; i++) {
                buffer.write((long) i << 20, Source.of(source, 0), source.length);
            }
            for (WriteBuffer.Stretch stretch : buffer.overlapping(0, Long.MAX_VALUE)) {
                assertArrayEquals(source, java.util.Arrays.copyOf(stretch.bytes(), stretch.length()));
            }
            assertEquals(Slabs.MOST, buffer.overlapping(0, Long.MAX_VALUE).stream().filter(WriteBuffer.Stretch::isSlab).count());
            buffer.clear();
        }
        for (int i = 0; i < Slabs.MOST; i++) {
            assertTrue(slabs.take().isPresent());
        }
    }

    /** What is read of a file that is being written comes out of slabs that are sealed and used again meanwhile. */
    @Test
    void whoReadsWhileOthersWriteSeesWhatWasWritten() throws Exception {
        int mebibytes = 48;
        byte[] source = new byte[1 << 20];
        new Random(7).nextBytes(source);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TestDrive t = new TestDrive(new MemoryStore())) {
            List<Future<?>> done = new ArrayList<>();
            for (String name : List.of("a", "b")) {
                Node node = t.drive.create(Node.ROOT, TestDrive.last(name), 0644, TestDrive.ROOT);
                AtomicLong written = new AtomicLong();
                done.add(threads.submit(() -> {
                    try (FileHandle file = t.drive.open(node, true, false, false)) {
                        for (int i = 0; i < mebibytes; i++) {
                            byte[] bytes = source.clone();
                            ByteBuffer.wrap(bytes).putInt(0, i).put(4, (byte) name.charAt(0));
                            file.write((long) i << 20, bytes, 0, bytes.length);
                            written.set(i + 1);
                        }
                    }
                }));
                done.add(threads.submit(() -> {
                    Random random = new Random(1);
                    try (FileHandle file = t.drive.open(node, false, false, false)) {
                        while (written.get() < mebibytes) {
                            int end = (int) written.get();
                            if (end > 0) {
                                int i = random.nextInt(end);
                                byte[] found = new byte[1 << 20];
                                file.read((long) i << 20, found.length, (at, from, offset, count) -> System.arraycopy(from, offset, found, at, count));
                                byte[] expected = source.clone();
                                ByteBuffer.wrap(expected).putInt(0, i).put(4, (byte) name.charAt(0));
                                assertArrayEquals(expected, found, name + " at " + i);
                            }
                        }
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
