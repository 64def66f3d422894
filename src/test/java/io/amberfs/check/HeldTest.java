package io.amberfs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.amberfs.fs.FileHandle;
import io.amberfs.fs.RenameMode;
import io.amberfs.fs.TestDrive;
import io.amberfs.model.Clock;
import io.amberfs.model.Errno;
import io.amberfs.model.FsException;
import io.amberfs.model.Retention;
import io.amberfs.model.Snapshot;
import io.amberfs.store.RocksStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred snapshots that are held, while all sorts of things are done to a drive on a real store, and it lets everything else go: each stays what it was. {@code -Damberfs.ops=1000000}
 * does as many.
 */
class HeldTest {
    private static final long SEED = Long.getLong("amberfs.seed", System.nanoTime());
    private static final int OPERATIONS = Integer.getInteger("amberfs.ops", 20_000);
    private static final int HELD = 100;
    private static final int PATHS = 400;

    @TempDir
    Path folder;
    private final Random random = new Random(SEED);
    private TestDrive t;
    private int changes;

    @Test
    void whatIsHeldStaysWhatItWas() {
        System.out.println("HeldTest seed " + SEED);
        Map<Long, Integer> held = new HashMap<>();
        try (RocksStore store = new RocksStore(folder, Clock.system(), false)) {
            t = new TestDrive(store);
            try {
                t.drive.retainer().retain(new Retention(0, 0, 0, 0, 0));
                for (int dir = 0; dir < 20; dir++) {
                    t.mkdir("d" + dir);
                }
                for (int i = 1; i <= OPERATIONS; i++) {
                    operation();
                    if (i % (OPERATIONS / HELD) == 0) {
                        Snapshot snapshot = t.drive.snapshot("s" + i);
                        t.drive.snapshots().hold(snapshot.name(), OptionalLong.empty(), false, "");
                        held.put(snapshot.epoch(), Picture.of(t, snapshot.epoch()).hashCode());
                    } else if (i % 150 == 0) {
                        t.commit(1);
                    }
                    if (i % (OPERATIONS / 40) == 0) {
                        t.drive.retainer().thin();
                        t.drive.retainer().reclaim(false, random.nextInt(2) * 0.2, () -> false);
                    }
                }
                held.forEach((epoch, hash) -> assertEquals(hash, Picture.of(t, epoch).hashCode(), "seed " + SEED + ", commit " + epoch));
                assertEquals(HELD, held.size());
                assertTrue(changes > OPERATIONS / 2, "only " + changes + " operations found their file");
            } finally {
                t.close();
            }
        }
    }

    private String path() {
        int number = random.nextInt(PATHS);
        return "d" + number % 20 + "/" + number;
    }

    private void operation() {
        try {
            change();
            changes++;
        } catch (FsException e) {
            if (e.errno() == Errno.EIO) {
                throw e;
            }
        }
    }

    private void change() {
        String path = path();
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> t.write(path, bytes(random.nextInt(4) == 0 ? 100_000 : 3000));
            case 3, 4 -> {
                try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
                    byte[] some = bytes(3000);
                    handle.write(random.nextInt(random.nextInt(20) == 0 ? 3_000_000 : 100_000), some, 0, some.length);
                }
            }
            case 5 -> {
                try (FileHandle handle = t.drive.open(t.at(path), true, false, false)) {
                    handle.truncate(random.nextInt(200_000));
                }
            }
            case 6 -> t.drive.unlink(t.parent(path), TestDrive.last(path));
            case 7 -> {
                String to = path();
                t.drive.rename(t.parent(path), TestDrive.last(path), t.parent(to), TestDrive.last(to), random.nextInt(4) == 0 ? RenameMode.EXCHANGE : RenameMode.REPLACE);
            }
            case 8 -> {
                String to = path();
                t.drive.link(t.at(path), t.parent(to), TestDrive.last(to));
            }
            default -> t.drive.setXattr(t.at(path), ("user.x" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8), bytes(100), false, false, false);
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[1 + random.nextInt(length)];
        random.nextBytes(bytes);
        return bytes;
    }
}
