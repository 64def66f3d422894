package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.chunk.Chunker;
import io.amberfs.model.Extent;
import io.amberfs.model.Inode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that grow through commits and fsyncs. */
@Timeout(180)
class LooseEndTest {
    private static final int LINE = 100;
    private static final int PAGE = 4096;
    /** Rows of a recording beside those of blocks: inode, region, index entry, counters, and what the commit has of them. */
    private static final int ROWS = 1500;

    private final HookedStore store = new HookedStore();
    private final Random random = new Random(11);

    private static FileHandle create(TestDrive drive, String name) {
        return drive.drive.open(drive.drive.create(Node.ROOT, TestDrive.last(name), 0644, TestDrive.ROOT), true, false, false);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void append(FileHandle handle, byte[] bytes, int from, int length) {
        handle.write(from, bytes, from, length);
    }

    private static List<Extent> extents(TestDrive drive, String name) {
        Inode inode = drive.drive.inode(((Node.Present) drive.at(name)).ino());
        List<Extent> extents = new ArrayList<>();
        drive.drive.contents().map().regions(drive.drive.volume().head(), inode.body(), region -> extents.addAll(region.getValue()));
        return extents;
    }

    private static boolean haveSameBlocks(TestDrive drive, String name, String other) {
        return extents(drive, name).equals(extents(drive, other));
    }

    @Test
    void howeverSlowlyAFileIsWrittenThroughCommitsItsChunksAreThoseOfOneWrittenAtOnce() {
        byte[] bytes = bytes(6 << 20);
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("at once", bytes);
            drive.commit(1);
            for (int step : new int[] {128 << 10, 384 << 10, 1 << 20}) {
                long blocks = drive.drive.blocks().count();
                String name = "by " + step;
                try (FileHandle handle = create(drive, name)) {
                    for (int at = 0; at < bytes.length; at += step) {
                        append(handle, bytes, at, Math.min(step, bytes.length - at));
                        drive.commit(1);
                    }
                }
                assertArrayEquals(bytes, drive.read(name));
                assertTrue(haveSameBlocks(drive, name, "at once"), name);
                long more = drive.drive.blocks().count() - blocks;
                assertTrue(more <= bytes.length / step, () -> name + ": a commit has but one block of its own: " + more);
            }
        }
    }

    @Test
    void aFileThatIsOpenedAfreshForEachAppendHasTheChunksOfOneWrittenAtOnce() {
        byte[] bytes = bytes(3 << 20);
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("at once", bytes);
            drive.commit(1);
            create(drive, "file").close();
            for (int at = 0; at < bytes.length; at += 256 << 10) {
                try (FileHandle handle = drive.drive.open(drive.at("file"), true, true, false)) {
                    handle.write(0, bytes, at, 256 << 10);
                }
                drive.commit(1);
            }
            assertArrayEquals(bytes, drive.read("file"));
            assertTrue(haveSameBlocks(drive, "file", "at once"));
        }
    }

    @Test
    void aFileWithItsSizeSetAheadOfItsContentsHasTheChunksOfOneWrittenAtOnce() {
        byte[] bytes = bytes(3 << 20);
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("at once", bytes);
            drive.commit(1);
            try (FileHandle handle = create(drive, "file")) {
                handle.truncate(bytes.length);
                for (int at = 0; at < bytes.length; at += 512 << 10) {
                    append(handle, bytes, at, 512 << 10);
                    drive.commit(1);
                }
            }
            assertArrayEquals(bytes, drive.read("file"));
            assertTrue(haveSameBlocks(drive, "file", "at once"));
        }
    }

    @Test
    void pagesWrittenInAnyOrderWithinACommitAreCutAsOne() {
        byte[] bytes = bytes(6 << 20);
        List<Integer> pages = new ArrayList<>(IntStream.range(0, bytes.length / PAGE).boxed().toList());
        Collections.shuffle(pages, random);
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("at once", bytes);
            drive.commit(1);
            try (FileHandle handle = create(drive, "file")) {
                pages.forEach(page -> handle.write((long) page * PAGE, bytes, page * PAGE, PAGE));
                drive.commit(1);
            }
            assertArrayEquals(bytes, drive.read("file"));
            assertTrue(haveSameBlocks(drive, "file", "at once"));
        }
    }

    @Test
    void aSecondCopyOfSmallFilesTakesTheirRowsAlone() {
        int files = 1000;
        byte[] bytes = bytes(3000);
        try (TestDrive drive = new TestDrive(store)) {
            drive.write("first", bytes);
            drive.commit(1);
            long before = store.usedBytes();
            for (int i = 0; i < files; i++) {
                drive.write("small file " + i, bytes);
            }
            drive.commit(1);
            long perFile = (store.usedBytes() - before) / files;
            assertTrue(perFile < 350, () -> "bytes for a file: " + perFile);
            assertEquals(1, drive.drive.blocks().count());
        }
    }

    @Test
    void aLogThatIsSyncedLineByLineWritesNoLineMoreOftenThanItsChunkCanBeHalved() {
        int lines = 3000;
        byte[] log = bytes(lines * LINE);
        try (TestDrive drive = new TestDrive(store); FileHandle handle = create(drive, "log")) {
            long before = store.written();
            for (int line = 0; line < lines; line++) {
                append(handle, log, line * LINE, LINE);
                handle.fsync(false);
                if (line % 100 == 0) {
                    drive.commit(1);
                }
            }
            long perLine = (store.written() - before) / lines;
            int often = Integer.SIZE - Integer.numberOfLeadingZeros(Chunker.MAX / LINE);
            assertTrue(perLine < (long) often * LINE + ROWS, () -> "bytes written for a line: " + perLine);
            int pieces = extents(drive, "log").size();
            assertTrue(pieces <= log.length / Chunker.MIN + 18, () -> "pieces: " + pieces);
            assertArrayEquals(log, drive.read("log"));
        }
    }

    @Test
    void aPageThatIsWrittenIntoAFileIsWrittenAlone() {
        int pages = 256;
        try (TestDrive drive = new TestDrive(store)) {
            byte[] bytes = bytes(pages * PAGE);
            drive.write("file", bytes);
            drive.commit(1);
            try (FileHandle handle = drive.drive.open(drive.at("file"), true, false, false)) {
                long before = store.written();
                int writes = 100;
                for (int i = 0; i < writes; i++) {
                    int at = random.nextInt(pages) * PAGE;
                    System.arraycopy(bytes(PAGE), 0, bytes, at, PAGE);
                    handle.write(at, bytes, at, PAGE);
                    handle.fsync(false);
                }
                long perPage = (store.written() - before) / writes;
                assertTrue(perPage < PAGE + 2 * ROWS + 2500, () -> "bytes written for a page: " + perPage);
            }
            assertArrayEquals(bytes, drive.read("file"));
        }
    }

    @Test
    void anEndThatIsOverwrittenInTheCommitInWhichTheFileGrowsKeepsWhatWasWrittenOverIt() {
        byte[] bytes = bytes(300_000);
        try (TestDrive drive = new TestDrive(store); FileHandle handle = create(drive, "file")) {
            append(handle, bytes, 0, 100_000);
            drive.commit(1);
            Arrays.fill(bytes, 50_000, 51_000, (byte) 1);
            handle.write(50_000, bytes, 50_000, 1_000);
            append(handle, bytes, 100_000, 200_000);
            drive.commit(1);
            assertArrayEquals(bytes, drive.read("file"));
        }
    }

    @Test
    void whateverIsDoneToAGrowingFileItAndItsPastAreWhatWasWritten() {
        for (long seed = 0; seed < 40; seed++) {
            Random steps = new Random(seed);
            byte[] expected = {};
            TreeMap<Long, byte[]> past = new TreeMap<>();
            try (TestDrive drive = new TestDrive(new HookedStore())) {
                FileHandle one = create(drive, "file");
                FileHandle two = drive.drive.open(drive.at("file"), true, true, false);
                for (int step = 0; step < 40; step++) {
                    int size = expected.length;
                    int length = 1 + steps.nextInt(steps.nextBoolean() ? 300 : 150_000);
                    byte[] bytes = new byte[length];
                    steps.nextBytes(bytes);
                    switch (steps.nextInt(9)) {
                        case 0, 1, 2, 3 -> {
                            two.write(0, bytes, 0, length);
                            expected = Arrays.copyOf(expected, size + length);
                            System.arraycopy(bytes, 0, expected, size, length);
                        }
                        case 4 -> {
                            int at = Math.max(0, size - steps.nextInt(length + 1) + steps.nextInt(100));
                            one.write(at, bytes, 0, length);
                            expected = Arrays.copyOf(expected, Math.max(size, at + length));
                            System.arraycopy(bytes, 0, expected, at, length);
                        }
                        case 5 -> {
                            int to = Math.max(0, size + length - steps.nextInt(2 * length));
                            one.truncate(to);
                            expected = Arrays.copyOf(expected, to);
                        }
                        case 6 -> one.fsync(true);
                        case 7 -> past.put(drive.commit(1), expected.clone());
                        default -> {
                            if (!past.isEmpty()) {
                                long epoch = past.lowerKey(Long.MAX_VALUE - steps.nextInt(2));
                                drive.drive.restores().file(Node.ROOT, TestDrive.last("file"), (Node.Past) drive.at(epoch, "file"), Optional.empty());
                                expected = past.get(epoch).clone();
                                one.close();
                                two.close();
                                one = drive.drive.open(drive.at("file"), true, false, false);
                                two = drive.drive.open(drive.at("file"), true, true, false);
                            }
                        }
                    }
                    assertArrayEquals(expected, drive.read("file"), "seed " + seed + " step " + step);
                }
                past.put(drive.commit(1), expected.clone());
                assertEquals(0, drive.drive.parts().space().unsealed(), "seed " + seed + ": bytes are counted that are in no buffer");
                String when = "seed " + seed;
                past.forEach((epoch, bytes) -> assertArrayEquals(bytes, drive.read(drive.at(epoch, "file")), when + " epoch " + epoch));
                assertEquals(expected.length, one.attr().size(), when);
                one.close();
                two.close();
            }
        }
    }
}
