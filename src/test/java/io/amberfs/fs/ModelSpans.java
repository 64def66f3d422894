package io.amberfs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import java.util.Optional;
import java.util.Random;

/** One random step on stretches of an open file: punched, zeroed, set aside, copied, or looked through for holes; done on the drive and on the model. Confined to one thread. */
final class ModelSpans {
    private final Random random;
    private final ModelTree model;
    private final ModelTree.Item item;
    private final FileHandle handle;

    ModelSpans(Random random, ModelTree model, ModelRun.Open target) {
        this.random = random;
        this.model = model;
        item = target.item();
        handle = target.handle();
    }

    /** @return what was done */
    String step(ModelRun.Open source, Optional<ModelHistory.PastFile> past, TestDrive t) {
        int start = random.nextInt(item.data.length + 1 + (random.nextInt(4) == 0 ? 5000 : 0));
        int length = 1 + random.nextInt(random.nextInt(3) == 0 ? item.data.length + 3000 : 6000);
        int end = Math.min(ModelChoice.SIZE_MAX, start + length);
        start = Math.min(start, end - 1);
        boolean keepSize = random.nextBoolean();
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                model.zero(item, start, end, false);
                handle.punch(start, end - start);
                return "punching " + start + " to " + end;
            }
            case 2 -> {
                model.zero(item, start, end, !keepSize);
                handle.zero(start, end - start, keepSize);
                return "zeroing " + start + " to " + end;
            }
            case 3 -> {
                model.allocate(item, end, keepSize);
                handle.allocate(start, end - start, keepSize);
                return "setting aside " + start + " to " + end;
            }
            case 4 -> {
                if (past.isPresent()) {
                    try (FileHandle then = t.drive.open(past.get().node(), false, false, false)) {
                        return copy(past.get().data(), false, then);
                    }
                }
                return "nothing";
            }
            case 5, 6 -> {
                return copy(source.item().data, source.item() == item, source.handle());
            }
            default -> {
                look();
                return "looking for holes";
            }
        }
    }

    private String copy(byte[] source, boolean within, FileHandle from) {
        int offset = random.nextInt(source.length + 1);
        int length = random.nextInt(2) == 0 ? source.length : random.nextInt(source.length + 100);
        int to = random.nextInt(2) == 0 ? offset : random.nextInt(item.data.length + 3000);
        int there = within ? source.length - offset : Integer.MAX_VALUE; // a file that grows by a copy of its own end has no end
        int count = Math.max(0, Math.min(Math.min(length, there), ModelChoice.SIZE_MAX - to));
        String what = "copying " + count + " bytes at " + offset + " of " + source.length + " to " + to;
        boolean overlap = false;
        int expected = 0;
        try {
            expected = model.copy(source, within, offset, item, to, count);
        } catch (FsException e) {
            overlap = true;
        }
        try {
            assertEquals(expected, CopyTest.copyAll(from, offset, handle, to, count), what);
            assertTrue(!overlap, () -> what + " was not refused");
        } catch (FsException e) {
            assertTrue(overlap && e.errno() == Errno.EINVAL, () -> what + ": " + e.getMessage());
        }
        return what;
    }

    /** What is no data must be zeros, and holes and data must take turns. */
    private void look() {
        byte[] data = item.data;
        int at = random.nextInt(data.length + 1);
        while (at < data.length) {
            int begin = found(at, true);
            for (int i = at; i < begin; i++) {
                assertEquals(0, data[i], "a byte in a hole at " + i);
            }
            if (begin == data.length) {
                return;
            }
            int end = found(begin, false);
            assertTrue(end > begin && end <= data.length, "data at " + begin + " end at " + end);
            at = end;
        }
        assertEquals(Errno.ENXIO, assertThrows(FsException.class, () -> handle.seekHole(data.length)).errno());
    }

    private int found(int at, boolean data) {
        try {
            return (int) (data ? handle.seekData(at) : handle.seekHole(at));
        } catch (FsException e) {
            assertTrue(data && e.errno() == Errno.ENXIO, e.getMessage());
            return item.data.length;
        }
    }
}
