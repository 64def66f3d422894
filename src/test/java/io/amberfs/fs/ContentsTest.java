package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Body;
import io.amberfs.model.Extent;
import io.amberfs.store.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How large reads differ from small ones: in what is kept, and in nothing else. */
@Timeout(120)
class ContentsTest {
    private static final int SIZE = 5_000_000;
    private static final int LARGE = 1 << 20;
    private static final int SMALL = 64 << 10;

    private final TestDrive t = new TestDrive(new MemoryStore());

    @AfterEach
    void close() {
        t.close();
    }

    /** The file's bytes by requests of {@code step} each. */
    private byte[] read(int step) {
        byte[] bytes = new byte[SIZE];
        try (FileHandle handle = t.drive.open(t.at("/a"), false, false, false)) {
            for (int at = 0; at < SIZE; at += step) {
                int base = at;
                handle.read(at, step, (to, source, from, length) -> System.arraycopy(source, from, bytes, base + to, length));
            }
        }
        return bytes;
    }

    private List<Extent> extents() {
        List<Extent> extents = new ArrayList<>();
        Body body = t.drive.inode(((Node.Present) t.at("/a")).ino()).body();
        t.drive.contents().map().walk(t.drive.volume().head(), body, 0, (at, extent) -> extents.add(extent));
        return extents;
    }

    private LongStream blocks() {
        return extents().stream().mapToLong(Extent::block).distinct();
    }

    private long cached() {
        return blocks().filter(t.drive.blocks()::isCached).count();
    }

    private byte[] written() {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        Arrays.fill(bytes, 1_500_000, 2_500_000, (byte) 7);
        t.write("/a", bytes);
        t.commit(1);
        return bytes;
    }

    @Test
    void ofLargeReadsOnlyTheBlocksAtTheirEndsAreKept() {
        byte[] bytes = written();
        assertArrayEquals(bytes, read(LARGE));
        int requests = (SIZE + LARGE - 1) / LARGE;
        assertTrue(cached() < requests, cached() + " blocks");
        assertTrue(blocks().count() > 5 * requests, blocks().count() + " blocks in all");
    }

    @Test
    void ofSmallReadsAllBlocksAreKept() {
        byte[] bytes = written();
        assertArrayEquals(bytes, read(SMALL));
        assertEquals(blocks().count(), cached());
        assertArrayEquals(bytes, read(LARGE), "from memory");
    }

    @Test
    void aBlockThatSeveralPiecesNameIsKept() {
        byte[] bytes = written();
        Extent first = extents().get(0);
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            for (int at = 1000; at < first.length() - 1000; at += 2000) {
                handle.write(at, new byte[] {1}, 0, 1);
                bytes[at] = 1;
            }
        }
        t.commit(1);
        assertTrue(extents().stream().filter(extent -> extent.block() == first.block()).count() > 1);
        assertArrayEquals(bytes, read(LARGE));
        assertTrue(t.drive.blocks().isCached(first.block()));
    }

    @Test
    void holesAndPiecesOfBlocksReadTheSameHoweverMuchIsAskedFor() {
        byte[] bytes = written();
        Random random = new Random(2);
        try (FileHandle handle = t.drive.open(t.at("/a"), true, false, false)) {
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 20; i++) {
                    int length = 1 + random.nextInt(i % 2 == 0 ? 5000 : 300_000);
                    int at = random.nextInt(SIZE - length);
                    byte[] piece = new byte[length];
                    if (random.nextInt(3) == 0) {
                        handle.punch(at, length);
                    } else {
                        random.nextBytes(piece);
                        handle.write(at, piece, 0, length);
                    }
                    System.arraycopy(piece, 0, bytes, at, length);
                }
                t.commit(1);
                for (int step : new int[] {LARGE, Contents.LARGE, 777_777, SMALL, SIZE}) {
                    assertArrayEquals(bytes, read(step), "by " + step);
                }
            }
        }
    }
}
